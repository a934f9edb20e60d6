using Microsoft.AspNetCore.Components;

namespace Tributary.DataCenter.Components.Fields;

/// <summary>What all fields share.</summary>
public abstract class FieldBase : ComponentBase
{
    /// <summary>The id of the control; its help hangs on it.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>The label above.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Whether the label is heard alone, where a heading beside the field shows the same word.</summary>
    [Parameter]
    public bool IsLabelHidden { get; set; }

    /// <summary>Whether it may stay empty where others may not.</summary>
    [Parameter]
    public bool IsOptional { get; set; }

    /// <summary>One sentence below.</summary>
    [Parameter]
    public string? Help { get; set; }

    /// <summary>What is wrong, in place of the help; null when nothing is.</summary>
    [Parameter]
    public string? Error { get; set; }

    /// <summary>Whether it can be changed.</summary>
    [Parameter]
    public bool IsDisabled { get; set; }

    /// <summary>What it holds.</summary>
    [Parameter]
    public string? Value { get; set; }

    /// <summary>Told what it holds from now on.</summary>
    [Parameter]
    public EventCallback<string?> ValueChanged { get; set; }

    /// <summary>Tells the new value.</summary>
    protected Task Set(string? value) => ValueChanged.InvokeAsync(value);

    /// <summary>The help that belongs to the control, for those who do not see it.</summary>
    protected string? DescribedBy => Error is null && Help is null ? null : $"{Id}-help";

    /// <summary>Whether it is wrong, as the control says it.</summary>
    protected string? IsInvalid => Error is null ? null : "true";
}

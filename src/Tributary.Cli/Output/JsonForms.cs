using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Output;

/// <summary>What <c>--json</c> prints, field by field. Scripts are written against it: fields are added, none renamed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountForm))]
[JsonSerializable(typeof(IReadOnlyList<AccountForm>))]
[JsonSerializable(typeof(AccountTestForm))]
[JsonSerializable(typeof(RemovedAccountForm))]
[JsonSerializable(typeof(RenamedAccountForm))]
[JsonSerializable(typeof(MovedDataSetsForm))]
[JsonSerializable(typeof(IReadOnlyList<ReportForm>))]
[JsonSerializable(typeof(ReportDetailForm))]
[JsonSerializable(typeof(PreviewForm))]
[JsonSerializable(typeof(DataSetForm))]
[JsonSerializable(typeof(StarterSetForm))]
[JsonSerializable(typeof(IReadOnlyList<DataSetForm>))]
[JsonSerializable(typeof(DeletedDataSetForm))]
[JsonSerializable(typeof(RunsForm))]
[JsonSerializable(typeof(PlansForm))]
[JsonSerializable(typeof(HistoryForm))]
[JsonSerializable(typeof(IReadOnlyList<LogLineForm>))]
[JsonSerializable(typeof(StoppedForm))]
[JsonSerializable(typeof(IReadOnlyList<PartitionForm>))]
[JsonSerializable(typeof(AlertForm))]
[JsonSerializable(typeof(IReadOnlyList<AlertForm>))]
[JsonSerializable(typeof(TestedAlertForm))]
[JsonSerializable(typeof(RemovedAlertForm))]
[JsonSerializable(typeof(IReadOnlyList<FindingForm>))]
[JsonSerializable(typeof(SampleForm))]
[JsonSerializable(typeof(DemoForm))]
[JsonSerializable(typeof(CompactForm))]
[JsonSerializable(typeof(VerifyForm))]
[JsonSerializable(typeof(IReadOnlyList<SchemaVersionForm>))]
[JsonSerializable(typeof(BackupForm))]
[JsonSerializable(typeof(AppliedForm))]
[JsonSerializable(typeof(ExportedForm))]
[JsonSerializable(typeof(DestinationDetailForm))]
[JsonSerializable(typeof(IReadOnlyList<DestinationForm>))]
[JsonSerializable(typeof(IReadOnlyList<DestinationKindForm>))]
[JsonSerializable(typeof(DestinationTestForm))]
[JsonSerializable(typeof(DestinationMoveForm))]
[JsonSerializable(typeof(RemovedDestinationForm))]
[JsonSerializable(typeof(RenamedDestinationForm))]
[JsonSerializable(typeof(UserForm))]
[JsonSerializable(typeof(IReadOnlyList<UserForm>))]
[JsonSerializable(typeof(NewKeyForm))]
[JsonSerializable(typeof(RevokedKeyForm))]
[JsonSerializable(typeof(IReadOnlyList<KeyForm>))]
[JsonSerializable(typeof(StoreForm))]
[JsonSerializable(typeof(StoreMoveForm))]
internal sealed partial class JsonForms : JsonSerializerContext
{
    // Labels come in every script; escaping all but ASCII would make them unreadable and protects HTML alone.
    public static JsonForms Indented { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    });

    public static JsonForms OneLine { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Text<T>(T value, JsonTypeInfo<T> form) => JsonSerializer.Serialize(value, form);
}

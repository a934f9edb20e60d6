using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.DataCenter.Forms;

/// <summary>One row of data under its columns' names.</summary>
[JsonConverter(typeof(RowFormConverter))]
internal sealed record RowForm(IReadOnlyList<string> Names, IReadOnlyList<object?> Values);

internal sealed class RowFormConverter : JsonConverter<RowForm>
{
    public override RowForm Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Rows are only written.");

    public override void Write(Utf8JsonWriter writer, RowForm value, JsonSerializerOptions options) =>
        RowJson.Write(writer, value.Names, value.Values);
}

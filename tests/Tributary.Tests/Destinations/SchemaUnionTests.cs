using CsCheck;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Tests.Destinations;

public sealed class SchemaUnionTests
{
    private static readonly Gen<ColumnType> Type = Gen.Enum<ColumnType>();

    /// <summary>A column's role belongs to its name, as in any table of ours.</summary>
    private static readonly Gen<TableSchema> Schema = Gen.Select(Gen.Int[0, 39], Type)
        .Select((i, type) => new ColumnDefinition($"c{i}", type, (ColumnRole)(i / 5)))
        .Array[0, 20]
        .Select(columns => new TableSchema([.. columns.DistinctBy(c => c.Name).OrderBy(c => c.Role)]));

    [Fact]
    public void Keeps_every_column_the_order_of_the_old_ones_and_of_the_roles()
    {
        Gen.Select(Schema, Schema).Sample((existing, brought) =>
        {
            var union = SchemaUnion.Of(existing, brought);

            Assert.Equal(existing.Columns.Concat(brought.Columns).Select(c => c.Name).Distinct().Order(StringComparer.Ordinal), union.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
            Assert.Equal(existing.Columns.Select(c => c.Name), union.Columns.Select(c => c.Name).Where(n => existing.Find(n) is not null));
            Assert.Equal(union.Columns.Select(c => c.Role).Order(), union.Columns.Select(c => c.Role));
            Assert.All(union.Columns, c => Assert.Equal(ColumnWidening.Wider(existing.Find(c.Name)?.Type ?? c.Type, brought.Find(c.Name)?.Type ?? c.Type), c.Type));
        });
    }

    [Fact]
    public void A_second_time_changes_nothing() => Gen.Select(Schema, Schema).Sample((existing, brought) =>
    {
        var once = SchemaUnion.Of(existing, brought);
        Assert.Equal(once.Columns, SchemaUnion.Of(once, brought).Columns);
    });

    [Fact]
    public void The_wider_type_does_not_depend_on_the_order() => Gen.Select(Type, Type, Type).Sample((a, b, c) =>
    {
        Assert.Equal(ColumnWidening.Wider(a, b), ColumnWidening.Wider(b, a));
        Assert.Equal(ColumnWidening.Wider(a, ColumnWidening.Wider(a, b)), ColumnWidening.Wider(a, b));
    });

    [Fact]
    public void A_new_column_follows_its_neighbour()
    {
        TableSchema existing = Of("site_id:Key", "label:Dimension", "nb_visits:Metric", "nb_actions:Metric", "_run_id:Run");

        Assert.Equal(
            "site_id label page_url nb_uniq_visitors nb_visits bounce_rate nb_actions goal_1_nb_conversions is_others _run_id _read_at",
            string.Join(' ', SchemaUnion.Of(existing, Of("site_id:Key", "label:Dimension", "page_url:Dimension", "nb_uniq_visitors:Metric", "nb_visits:Metric", "bounce_rate:Metric", "goal_1_nb_conversions:Goal", "is_others:Others", "_run_id:Run", "_read_at:Run")).Columns.Select(c => c.Name)));
    }

    private static TableSchema Of(params string[] columns) =>
        new([.. columns.Select(c => c.Split(':')).Select(c => new ColumnDefinition(c[0], ColumnType.Text, Enum.Parse<ColumnRole>(c[1])))]);
}

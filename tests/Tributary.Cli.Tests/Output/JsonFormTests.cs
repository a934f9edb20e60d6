using System.Numerics;
using System.Text.Json;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;
using Tributary.Runs;

namespace Tributary.Cli.Tests.Output;

/// <summary>The printed forms, letter by letter: scripts read them.</summary>
public sealed class JsonFormTests
{
    private static JsonForms Forms => JsonForms.Indented;

    [Fact]
    public void Runs() => Is(
        """
        {
          "runs": [
            {
              "dataset": "Pages",
              "run_id": "01H",
              "status": "succeeded_with_warnings",
              "rows": 1234,
              "partitions": 7,
              "partitions_skipped": 3,
              "requests": 2,
              "bytes_read": 45678,
              "seconds": 1.235,
              "warnings": [
                {
                  "code": "truncated",
                  "message": "Matomo kept 500 rows.",
                  "site_id": 2,
                  "period_start": "2026-02-28",
                  "note": false
                },
                {
                  "code": "note",
                  "message": "All is well.",
                  "site_id": null,
                  "period_start": null,
                  "note": true
                }
              ],
              "error": null
            },
            {
              "dataset": "Goals",
              "run_id": "01J",
              "status": "failed",
              "rows": 0,
              "partitions": 0,
              "partitions_skipped": 0,
              "requests": 0,
              "bytes_read": 0,
              "seconds": 0,
              "warnings": [],
              "error": {
                "code": "matomo.authentication",
                "message": "The token is wrong.",
                "fault": "source"
              }
            }
          ]
        }
        """,
        JsonForms.Text(
            RunsForm.Of([Some.Run, new RunResult { DataSet = "Goals", RunId = "01J", Status = RunStatus.Failed, Error = new RunError("matomo.authentication", "The token is wrong.", Fault.Source) }]),
            Forms.RunsForm));

    [Fact]
    public void Partitions() => Is(
        """
        [
          {
            "site_id": 2,
            "period": "day",
            "period_start": "2026-02-28",
            "period_end": "2026-02-28",
            "segment": "",
            "state": "provisional",
            "rows": 500,
            "others_share": 0.125,
            "truncated": "datatable_archiving_maximum_rows_actions",
            "read_at": "2026-03-01T04:30:15.25Z",
            "run_id": "01H"
          },
          {
            "site_id": 1,
            "period": "none",
            "period_start": null,
            "period_end": null,
            "segment": "",
            "state": "final",
            "rows": 0,
            "others_share": null,
            "truncated": null,
            "read_at": "2026-03-01T04:30:15.25Z",
            "run_id": "01H"
          }
        ]
        """,
        JsonForms.Text(
            [
                PartitionForm.Of(new PartitionRecord(new PartitionKey(2, Period.Day, new(2026, 2, 28), new(2026, 2, 28)), PartitionState.Provisional, 500, Some.Instant, "01H")
                {
                    OthersShare = 0.125,
                    Truncated = "datatable_archiving_maximum_rows_actions",
                }),
                PartitionForm.Of(new PartitionRecord(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, 0, Some.Instant, "01H")),
            ],
            Forms.IReadOnlyListPartitionForm));

    [Fact]
    public void Preview() => Is(
        """
        {
          "columns": [
            {
              "name": "label",
              "type": "text",
              "additive": null,
              "nullable": true,
              "description": "The page"
            },
            {
              "name": "nb_visits",
              "type": "integer",
              "additive": "sum",
              "nullable": true,
              "description": ""
            }
          ],
          "rows": [
            {
              "label": "/café",
              "nb_visits": 3
            },
            {
              "label": null,
              "nb_visits": null
            }
          ],
          "plan": {
            "sites": 2,
            "partitions": 14,
            "requests": 2,
            "from": "2026-02-01",
            "to": "2026-02-07",
            "skipped": 0,
            "expected_rows": 28
          },
          "others_share": 0.25,
          "warnings": [
            {
              "code": "truncated",
              "message": "Matomo kept 500 rows.",
              "site_id": 2,
              "period_start": "2026-02-28",
              "note": false
            }
          ]
        }
        """,
        JsonForms.Text(
            PreviewForm.Of(new PreviewResult(
                [Some.Pages, Some.Visits], [["/café", 3L], [null, null]], new PlanSummary(2, 14, 2, new(2026, 2, 1), new(2026, 2, 7), 0), [Some.Warning])
            { OthersShare = 0.25, ExpectedRows = 28 }),
            Forms.PreviewForm));

    [Fact]
    public void Accounts() => Is(
        """
        {
          "account": {
            "name": "Main",
            "url": "https://matomo.example.org",
            "matomo_version": "5.2.0",
            "state": "valid",
            "reason": null,
            "datasets": 2,
            "last_used_at": "2026-03-01T04:30:15.25Z",
            "connection": {
              "requests_per_minute": null,
              "parallel": 4,
              "language": "en",
              "user_agent": null,
              "headers": [],
              "basic": false,
              "proxy": null,
              "ca_file": null
            },
            "learned": null
          },
          "steps": [
            {
              "name": "address",
              "state": "ok",
              "message": "resolves"
            },
            {
              "name": "access_token",
              "state": "not_reached",
              "message": ""
            }
          ],
          "sites": [
            {
              "site_id": 1,
              "name": "Shop あ",
              "time_zone": "Europe/Paris",
              "currency": "EUR"
            }
          ],
          "consequences": []
        }
        """,
        JsonForms.Text(
            AccountTestForm.Of(Some.Test(new ConnectionStep("Address", ConnectionStepResult.Ok, "resolves"), new ConnectionStep("Access token", ConnectionStepResult.NotReached, ""))), Forms.AccountTestForm));

    [Fact]
    public void Reports() => Is(
        """
        [
          {
            "report": "VisitsSummary.get",
            "group": "Visit Summary",
            "name": "Visits Summary",
            "description": "One row.",
            "available": false,
            "reason": "The plugin is off.",
            "method": "VisitsSummary.get"
          }
        ]
        """,
        JsonForms.Text(
            [
                ReportForm.Of(new ReportDefinition
                {
                    Method = "VisitsSummary.get",
                    UniqueId = "VisitsSummary_get",
                    Group = "Visit Summary",
                    Name = "Visits Summary",
                    Description = "One row.",
                    Shape = default,
                    Plugin = "VisitsSummary",
                    Available = false,
                    Reason = "The plugin is off.",
                }),
            ],
            Forms.IReadOnlyListReportForm));

    [Fact]
    public void DataSets() => Is(
        """
        {
          "name": "Pages",
          "report": "Actions.getPageUrls",
          "group": "Actions",
          "account": "Main",
          "table": "pages",
          "description": "",
          "tags": [
            "web"
          ],
          "update": "partition",
          "lookback_days": 3,
          "allow_empty": false,
          "rows": 1234,
          "partitions": 7,
          "last_status": "succeeded_with_warnings",
          "last_run_at": "2026-03-01T04:30:15.25Z",
          "schedule": "every day at 07:00 (UTC)",
          "next_run_at": "2026-03-02T07:00:00Z",
          "retry": "3",
          "retry_after": "15m",
          "expect_every": null,
          "details": {
            "report": "Actions.getPageUrls",
            "sites": [
              1,
              2
            ],
            "period": "day",
            "start_days_back": 7,
            "end": "2026-03-01",
            "segments": [
              "deviceType==smartphone"
            ],
            "saved_segments": [],
            "personal": {},
            "parameters": {},
            "steps": 5,
            "levels": "all",
            "columns": []
          },
          "columns": [
            {
              "name": "label",
              "type": "text",
              "additive": null,
              "nullable": true,
              "description": "The page"
            },
            {
              "name": "nb_visits",
              "type": "integer",
              "additive": "sum",
              "nullable": true,
              "description": ""
            }
          ],
          "id": "d1",
          "data_read_at": "2026-03-01T04:30:15.25Z",
          "destination": "embedded",
          "key": [],
          "keep_days": null,
          "keep_runs": 3,
          "totals_check": true,
          "alerts": true,
          "drift": "evolve",
          "checks": {},
          "schedule_fields": {
            "daily_at": [
              "07:00"
            ],
            "manual": false,
            "no_retry": false
          }
        }
        """,
        JsonForms.Text(DataSetForm.Of(Some.DataSet), Forms.DataSetForm));

    [Fact]
    public void Demo() => Is(
        """
        {
          "datasets": [
            {
              "name": "Pages",
              "group": "Actions",
              "report": "Actions.getPageUrls",
              "status": "succeeded",
              "rows": 10,
              "partitions": 7,
              "requests": 1,
              "seconds": 0.5
            }
          ]
        }
        """,
        JsonForms.Text(new DemoForm([new DemoDataSetForm("Pages", "Actions", "Actions.getPageUrls", "succeeded", 10, 7, 1, 0.5)]), Forms.DemoForm));

    [Fact]
    public void The_sample_in_one_line() => Is(
        """{"url":"http://127.0.0.1:8099/","tokens":{"super":"a","view":"b","secure_only":"c"},"sites":[{"site_id":1,"name":"Shop","time_zone":"UTC+5.5","currency":"INR"}]}""",
        JsonForms.Text(new SampleForm("http://127.0.0.1:8099/", new SampleTokensForm("a", "b", "c"), [new SampleSiteForm(1, "Shop", "UTC+5.5", "INR")]), JsonForms.OneLine.SampleForm));

    [Fact]
    public void Plans() => Is(
        """
        {
          "plans": [
            {
              "dataset": "Goals",
              "sites": 1,
              "partitions": 1,
              "requests": 1,
              "from": null,
              "to": null,
              "skipped": 4,
              "estimate_seconds": null
            }
          ]
        }
        """,
        JsonForms.Text(PlansForm.Of([new("Goals", new PlanSummary(1, 1, 1, null, null, 4))]), Forms.PlansForm));

    [Fact]
    public void History() => Is(
        """
        {
          "dataset": "Pages",
          "success_rate": 0.6667,
          "last_success_at": "2026-03-01T04:30:15.25Z",
          "runs": [
            {
              "run_id": "01J",
              "status": "queued",
              "trigger": "scheduled",
              "attempt": 2,
              "requested_by": null,
              "due_at": "2026-03-01T04:30:15.25Z",
              "not_before": "2026-03-01T04:45:15.25Z",
              "started_at": null,
              "ended_at": null,
              "seconds": null,
              "rows": null,
              "partitions": null,
              "partitions_skipped": null,
              "requests": null,
              "bytes_read": null,
              "warnings": [],
              "error": null,
              "dataset": "Pages",
              "progress": null
            },
            {
              "run_id": "01H",
              "status": "failed",
              "trigger": "manual",
              "attempt": 1,
              "requested_by": "ann",
              "due_at": null,
              "not_before": null,
              "started_at": "2026-03-01T04:30:15.25Z",
              "ended_at": "2026-03-01T04:30:16.484Z",
              "seconds": 1.235,
              "rows": 1234,
              "partitions": 7,
              "partitions_skipped": 3,
              "requests": 2,
              "bytes_read": 45678,
              "warnings": [],
              "error": {
                "code": "run.interrupted",
                "message": "It is gone.",
                "fault": "workspace"
              },
              "dataset": "Pages",
              "progress": null
            }
          ]
        }
        """,
        JsonForms.Text(
            HistoryForm.Of(new RunHistory(
                "Pages",
                [
                    new RunEntry("01J", "scheduled", RunStatus.Queued, 2, null, Some.Instant, Some.Instant.AddMinutes(15), null, null, null) { DataSet = "Pages", Table = "pages" },
                    new RunEntry(
                        "01H", "manual", RunStatus.Failed, 1, "ann", null, null, Some.Instant, Some.Instant.AddMilliseconds(1234),
                        Some.Run with { Status = RunStatus.Failed, Warnings = [], Error = new RunError("run.interrupted", "It is gone.", Fault.Workspace) }) { DataSet = "Pages", Table = "pages" },
                ],
                2 / 3.0,
                Some.Instant)),
            Forms.HistoryForm));

    [Fact]
    public void Log_and_stop()
    {
        Is(
            """
            [
              {
                "run_id": "01H",
                "at": "2026-03-01T04:30:15.25Z",
                "level": "info",
                "message": "Started by ann."
              }
            ]
            """,
            JsonForms.Text([LogLineForm.Of("01H", new RunLogLine(Some.Instant, "info", "Started by ann."))], Forms.IReadOnlyListLogLineForm));
        Is(
            """
            {
              "dataset": "Pages",
              "running": 1,
              "queued": 2
            }
            """,
            JsonForms.Text(new StoppedForm("Pages", 1, 2), Forms.StoppedForm));
    }

    [Fact]
    public void A_row_keeps_every_digit_and_every_letter()
    {
        string[] names = ["t", "n", "d", "m", "b", "day", "at", "huge", "none", "nan"];
        object?[] values =
        [
            "é\"\u0001あ", long.MaxValue, 0.1, 12.3400m, true, new DateOnly(2026, 1, 31), new DateTimeOffset(2026, 1, 31, 1, 2, 3, TimeSpan.FromHours(1)),
            BigInteger.Parse("170141183460469231731687303715884105727", System.Globalization.CultureInfo.InvariantCulture), null, double.NaN,
        ];

        Is(
            """
            {
              "t": "é\"\u0001あ",
              "n": 9223372036854775807,
              "d": 0.1,
              "m": 12.3400,
              "b": true,
              "day": "2026-01-31",
              "at": "2026-01-31T00:02:03.000000Z",
              "huge": 170141183460469231731687303715884105727,
              "none": null,
              "nan": "NaN"
            }
            """,
            JsonSerializer.Serialize(new RowForm(names, values), Forms.Options));
    }

    [Fact]
    public void Columns_of_one_name_do_not_hide_each_other() =>
        Assert.Equal(["a", "a_2", "b", "a_2_2", "a_3"], RowJson.Distinct(["a", "a", "b", "a_2", "a"]));

    private static void Is(string expected, string actual) => Assert.Equal(expected.ReplaceLineEndings("\n"), actual);
}

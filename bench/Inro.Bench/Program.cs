using Inro.Bench.Measuring;
using Inro.Bench.Report;
using Inro.Bench.Rows;
using Inro.Bench.Setting;

if (args is ["lane"])
{
    PeersLane.Serve(Console.In, Console.Out);
    return 0;
}

IRow[] rows =
[
    new CopyRow(isIn: true), // before anything that removes thousands of files: ext4 looks past them for minutes
    new CopyRow(isIn: false),
    new StartRow("S1", "inro-oci run of /bin/true, the bundle of runc spec", Bundle.Plain),
    new StartRow("S2", "the same with docker's seccomp profile and capabilities", Bundle.LikeDocker),
    new StartMemoryRow(),
    new RuntimeVerbRow("O1", "inro-oci create, the bundle of S1", 1.0, ("", "$R create --bundle $B bench", "$R delete --force bench"), Bundle.Plain),
    new RuntimeVerbRow("O2", "inro-oci start", 1.0, ("$R create --bundle $B bench", "$R start bench", "$R delete --force bench"), Bundle.Plain),
    new RuntimeVerbRow("O3", "inro-oci exec of /bin/true", 0.8, ("$R run --detach --bundle $B bench", "$R exec bench /bin/true", "$R delete --force bench"), Bundle.Idle),
    new RuntimeVerbRow("O4", "inro-oci delete of a stopped container", 1.0, (RuntimeVerbRow.Ended, "$R delete bench", ""), Bundle.Plain),
    new RuntimeVerbRow("O5", "50 times inro-oci run at once, plain", 1.0, ("", RuntimeVerbRow.Fifty, ""), Bundle.Plain),
    new RuntimeVerbRow("O6", "50 times inro-oci run at once, like docker", 1.0, ("", RuntimeVerbRow.Fifty, ""), Bundle.LikeDocker),
    new RunRow(),
    new ExecRow(),
    new PsRow(1),
    new PsRow(1_000),
    new PsRow(10_000),
    new LogRow(),
    new VersionRow(),
    new ShimMemoryRow(),
    new ServeMemoryRow(),
    new ThousandMemoryRow(),
    new ThousandLinearRow(),
    new GrowthRow("containers"),
    new GrowthRow("images"),
    new GrowthRow("mounts"),
    new PullRow(),
    new LoadRow(),
    new TransferMemoryRow(),
    new PushRow(),
    .. LayerRows.All,
];
bool record = args.Contains("--record");
args = [.. args.Where(a => a != "--record")];
string[] unknown = [.. args.Where(a => !rows.Any(r => Chosen(r, a)))];
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"inro-bench: no row {string.Join(", ", unknown)}\ntry: {string.Join(' ', rows.Select(r => r.Id).Distinct())}");
    return 2;
}

string tree = Environment.GetEnvironmentVariable("INRO_TREE") ?? Directory.GetCurrentDirectory();
string output = Directory.CreateDirectory(Path.Combine(tree, "artifacts", "bench")).FullName;
using var here = new Surroundings(tree,
    Environment.GetEnvironmentVariable("INRO_BINARY") ?? Path.Combine(tree, "artifacts", "bin", "inro"),
    Environment.GetEnvironmentVariable("INRO_PEERS") ?? Path.Combine(tree, "artifacts", "peers"));

List<(IRow Row, RowResult Result)> results = [];
foreach (IRow row in rows.Where(r => args.Length == 0 || args.Any(a => Chosen(r, a))))
{
    Console.Error.WriteLine($"measuring {row.Id}: {row.What}");
    results.Add((row, MeasureOrExplain(row, here)));
}

string table = TableReport.Write(results);
string name = args.Length == 0 ? "all" : string.Join('-', args);
File.WriteAllText(Path.Combine(output, name + ".md"), table);
JsonReport.Write(Path.Combine(output, name + ".json"), results);
Console.WriteLine(table);
string machine = TableReport.Machine();
Console.WriteLine(machine);
if (record) { File.WriteAllText(Path.Combine(tree, "docs", "promises.md"), TableReport.Page(machine, table)); }

int kept = results.Count(r => r.Result.IsKept);
Console.WriteLine($"{kept} kept, {results.Count - kept} not kept or not measured; every value in artifacts/bench/{name}.json");
return kept == results.Count ? 0 : 1;

static bool Chosen(IRow row, string name) => row.Id == name || row.Id.StartsWith(name + " ", StringComparison.Ordinal);

// A row that cannot be measured is a failed row, and the others are still measured.
static RowResult MeasureOrExplain(IRow row, Surroundings here)
{
    try { return row.Measure(here); }
    catch (InvalidOperationException e)
    {
        return new RowResult("", "", double.NaN, IsKept: false, [new Standing("", [], e.Message)]);
    }
}

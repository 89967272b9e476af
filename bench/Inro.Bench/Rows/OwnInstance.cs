using Inro.Bench.Measuring;
using Inro.Bench.Setting;

namespace Inro.Bench.Rows;

/// <summary>An instance of ours with the small image, for what needs many things; it goes at the end of the row, containers that run first.</summary>
internal sealed class OwnInstance : IDisposable
{
    private const int LoopSeconds = 900;

    private readonly Surroundings here;
    private readonly string root;

    public OwnInstance(Surroundings here, string name)
    {
        this.here = here;
        root = here.Engines.Root + "-" + name;
        Beside = $"{here.Engines.Archive}-{name}";
        Problem = here.Ours.Run(Command("load", "--input", here.Engines.Archive)).Problem;
    }

    /// <summary>What went wrong first, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Path of a file that the row may make, for this process and the instance.</summary>
    public string Beside { get; }

    /// <summary>The program on this instance, as a shell's word.</summary>
    public string Shell => $"'{here.Program}' --root '{root}'";

    public Command Command(params string[] arguments) => new([here.Program, "--root", root, .. arguments]);

    public Contestant Contestant(string name, params string[] arguments) => new(name, here.Ours, Command(arguments));

    public void Run(params string[] arguments) => Problem ??= here.Ours.Run(Command(arguments)).Problem;

    /// <summary>Runs a command once for each number, in one shell: the bench's own round trip would be most of the time.</summary>
    /// <param name="from">First number.</param>
    /// <param name="to">The number after the last one.</param>
    /// <param name="command">In a shell's notation; <c>$i</c> is the number.</param>
    public void Each(int from, int to, string command) => Shellout($"i={from}; while [ $i -lt {to} ]; do {command} >/dev/null || exit 1; i=$((i+1)); done");

    /// <summary>Runs a line of shell.</summary>
    public void Shellout(string line) => Problem ??= here.Ours.Run(Measuring.Command.Of("/bin/sh", "-c", line) with { DeadlineSeconds = LoopSeconds }).Problem;

    public void Dispose()
    {
        here.Ours.Run(Measuring.Command.Of("/bin/sh", "-c", $"ids=$({Shell} ps --quiet) && [ -z \"$ids\" ] || {Shell} rm --force $ids >/dev/null") with { DeadlineSeconds = LoopSeconds });
        here.Ours.Run(new Command(["rm", "-rf", "--one-file-system", root], 120));
    }
}

namespace Inro.Layout;

/// <summary>
/// Runs a command and notes which functions of the program it calls for the first time, in that order: a breakpoint on the start of each
/// function, taken away when it is met. Processes that the command starts are followed as long as they run the same program.
/// </summary>
internal sealed class StartupTrace
{
    private const byte Breakpoint = 0xcc;
    private const int TrapSignal = 5;

    private readonly string folder;
    private readonly byte[] original;
    private readonly byte[] planted;
    private readonly ulong codeAddress;
    private readonly Dictionary<ulong, string> functions = [];
    private readonly List<string> order;
    private readonly HashSet<string> seen;

    /// <param name="program">The published program; its other names stand in the same folder.</param>
    /// <param name="symbols">The file of its symbols, which the publish step splits off.</param>
    /// <param name="order">Receives the names.</param>
    public StartupTrace(string program, string symbols, List<string> order)
    {
        folder = Path.GetDirectoryName(Path.GetFullPath(program))!; // a file always stands in a folder
        this.order = order;
        seen = new HashSet<string>(order, StringComparer.Ordinal);
        var image = new ElfImage(File.ReadAllBytes(program));
        ElfSection code = image.Section(FunctionOrder.CodeSection);
        original = image.Bytes(code).ToArray();
        planted = (byte[])original.Clone();
        codeAddress = code.Address;
        var named = new ElfImage(File.ReadAllBytes(symbols));
        int section = named.Section(FunctionOrder.CodeSection).Index;
        foreach (ElfSymbol symbol in named.Symbols().Where(symbol => symbol.IsFunction && symbol.Section == section))
        {
            functions.TryAdd((ulong)symbol.Value, symbol.Name);
            planted[(int)((ulong)symbol.Value - codeAddress)] = Breakpoint;
        }
    }

    /// <summary>Runs the command to its end, and its processes to theirs.</summary>
    public void Run(IReadOnlyList<string> command)
    {
        using var start = new HeldCommand(command);
        Ptrace.Request(Ptrace.Seize, start.Pid, Ptrace.Options);
        start.Release();
        for (int pid = Ptrace.Wait(out int status); pid > 0; pid = Ptrace.Wait(out status))
        {
            if ((status & 0xff) == 0x7f)
            {
                Stopped(pid, (status >> 8) & 0xff, status >> 16);
            }
        }
    }

    private void Stopped(int pid, int signal, int stopEvent)
    {
        if (stopEvent == Ptrace.EventStop && signal != TrapSignal)
        {
            Ptrace.TryRequest(Ptrace.Listen, pid);
        }
        else if (stopEvent == Ptrace.EventExec)
        {
            Ptrace.TryRequest(Plant(pid) ? Ptrace.Continue : Ptrace.Detach, pid);
        }
        else
        {
            bool ours = stopEvent != 0 || (signal == TrapSignal && Met(pid));
            Ptrace.TryRequest(Ptrace.Continue, pid, ours ? 0 : signal);
        }
    }

    private bool Plant(int pid)
    {
        string running = File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName ?? "";
        if (Path.GetDirectoryName(running) != folder)
        {
            return false;
        }

        Write(pid, codeAddress, planted);
        return true;
    }

    private bool Met(int pid)
    {
        ulong address = Ptrace.ProgramCounter(pid) - 1;
        if (!functions.TryGetValue(address, out string? name))
        {
            return false;
        }

        if (seen.Add(name))
        {
            order.Add(name);
        }

        Write(pid, address, original.AsSpan((int)(address - codeAddress), 1));
        Ptrace.SetProgramCounter(pid, address);
        return true;
    }

    private static void Write(int pid, ulong address, ReadOnlySpan<byte> bytes)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle memory = File.OpenHandle($"/proc/{pid}/mem", FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(memory, bytes, (long)address);
    }
}

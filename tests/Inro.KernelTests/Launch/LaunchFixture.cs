using System.Text;
using Inro.Linux;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Inro.KernelTests.Launch;

/// <summary>Small programs for the walker, and what they leave.</summary>
internal static class LaunchFixture
{
    public const ulong NewPidNamespace = 0x20000000;
    public const ulong NewMountNamespace = 0x20000;
    public const ulong NewUserNamespace = 0x10000000;

    /// <summary>Runs a program to its end.</summary>
    public static LaunchedProcess? Run(this LaunchRunner runner, Action<LaunchBuilder> build, LaunchOptions? options = null, int preserved = 0)
    {
        using LaunchProgram program = Compile(build, preserved);
        return runner.Run(program, options ?? new LaunchOptions());
    }

    public static LaunchProgram Compile(Action<LaunchBuilder> build, int preserved = 0)
    {
        using var builder = new LaunchBuilder(preserved);
        build(builder);
        return builder.Build();
    }

    /// <summary>Clones and becomes a shell that runs <paramref name="script"/>.</summary>
    public static void ExecShell(this LaunchBuilder b, string script, ulong namespaces = 0)
    {
        b.Clone("clone", namespaces);
        b.BecomeShell(script);
    }

    /// <summary>Becomes a shell that runs <paramref name="script"/>.</summary>
    public static void BecomeShell(this LaunchBuilder b, string script) =>
        b.Exec("run", b.String("/bin/sh"), b.StringArray(["sh", "-c", script]), b.StringArray(["PATH=/usr/bin:/bin"]), "/bin/sh");

    /// <summary>Writes <paramref name="value"/> to the descriptor in <paramref name="to"/> as decimal text, for the test to read.</summary>
    public static void Print(this LaunchBuilder b, Slot value, Slot to)
    {
        Data text = b.Reserve(24);
        Slot length = b.NewSlot("length");
        b.Store("format", value, text, StoreFormat.Decimal, length);
        b.Call("print", SystemCall.Write, [to, text, length]);
    }

    /// <summary>Output of a launch whose standard output is a pipe: everything until its last writer is gone.</summary>
    public static string Output(LaunchRunner runner, Action<LaunchBuilder> build, int preserved = 0)
    {
        using var pipe = new TestPipe();
        using (LaunchedProcess? launched = runner.Run(build, new LaunchOptions { Stdio = new LaunchStdio(null, pipe.Writer, null) }, preserved))
        {
            pipe.Writer.Dispose();
            string text = pipe.ReadToEnd();
            launched?.Process.Reap(TimeSpan.FromSeconds(10));
            return text;
        }
    }
}

/// <summary>A pipe whose two ends are close-on-exec.</summary>
internal sealed class TestPipe : IDisposable
{
    private readonly System.IO.Pipes.AnonymousPipeServerStream reader = new(System.IO.Pipes.PipeDirection.In, HandleInheritability.None);

    public TestPipe() => Writer = new SafeFileHandle(reader.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);

    /// <summary>The end to be given away.</summary>
    public SafeFileHandle Writer { get; private set; }

    public string ReadToEnd()
    {
        reader.DisposeLocalCopyOfClientHandle();
        using var all = new MemoryStream();
        reader.CopyTo(all);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    public void Dispose() => reader.Dispose();
}

using System.Diagnostics;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>Exchanges two names again and again, as fast as it can, while a runtime looks at them: the other side of a race.</summary>
/// <remarks>perl, which every Debian has, so that the exchange is one system call and the test's own pauses do not matter.</remarks>
internal sealed class Swapper : IDisposable
{
    private readonly Process process;

    /// <summary>Begins to exchange.</summary>
    public Swapper(string one, string other)
    {
        // renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE); ends by itself should the test be killed.
        const string Program = "alarm 20; while (1) { syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) }";
        process = Process.Start(new ProcessStartInfo("perl", ["-e", Program, one, other]) { UseShellExecute = false })!;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}

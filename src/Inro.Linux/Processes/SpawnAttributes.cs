using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>posix_spawnattr_t: default dispositions, an empty mask, and a session of its own where wanted.</summary>
internal sealed unsafe partial class SpawnAttributes : IDisposable
{
    private const int NativeBytes = 1024; // glibc's is 336
    private const int SignalSetBytes = 128;
    private const short SetDefaults = 0x04;
    private const short SetMask = 0x08;
    private const short SetSession = 0x80;

    private void* native;

    public SpawnAttributes(bool newSession, IReadOnlyList<int> blockedSignals)
    {
        native = NativeMemory.AllocZeroed(NativeBytes);
        byte* signals = stackalloc byte[SignalSetBytes];
        _ = posix_spawnattr_init(native);
        new Span<byte>(signals, SignalSetBytes).Clear();
        foreach (int signal in blockedSignals) { _ = sigaddset(signals, signal); }

        _ = posix_spawnattr_setsigmask(native, signals);
        _ = sigfillset(signals);
        _ = posix_spawnattr_setsigdefault(native, signals);
        _ = posix_spawnattr_setflags(native, (short)(SetDefaults | SetMask | (newSession ? SetSession : 0)));
    }

    public void* Native => native;

    public void Dispose()
    {
        if (native is null) { return; }
        _ = posix_spawnattr_destroy(native);
        NativeMemory.Free(native);
        native = null;
    }

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(void* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, byte* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int sigfillset(byte* signals);

    [LibraryImport("libc")]
    private static partial int sigaddset(byte* signals, int signal);
}

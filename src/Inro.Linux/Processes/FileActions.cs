using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>posix_spawn_file_actions_t: which descriptor becomes which number in the child.</summary>
/// <remarks>
/// The actions are done one after the other, so a source that has the number of an earlier target would be overwritten.
/// Therefore every source below the highest target is first copied above it.
/// </remarks>
internal sealed unsafe partial class FileActions : IDisposable
{
    private const int NativeBytes = 256; // glibc's is 80
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    private readonly List<int> copies = [];
    private readonly List<SafeHandle> held = [];
    private void* native;

    public FileActions(SpawnRequest request)
    {
        try
        {
            native = NativeMemory.AllocZeroed(NativeBytes);
            Check(posix_spawn_file_actions_init(native), "posix_spawn_file_actions_init");
            int floor = 3;
            foreach (SpawnDescriptor descriptor in request.Descriptors) { floor = Math.Max(floor, descriptor.Target + 1); }
            Program = request.Program is { } program ? Above(program, floor) : -1;
            foreach (SpawnDescriptor descriptor in request.Descriptors)
            {
                Check(posix_spawn_file_actions_adddup2(native, Above(descriptor.Source, floor), descriptor.Target), "posix_spawn_file_actions_adddup2");
            }

            // What the caller's own parent left open without the mark must not live as long as a shim does. A program by descriptor needs it open.
            if (Program < 0) { Check(posix_spawn_file_actions_addclosefrom_np(native, floor), "posix_spawn_file_actions_addclosefrom_np"); }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of the program's descriptor, safe from the actions; -1 if there is none.</summary>
    public int Program { get; } = -1;

    public void* Native => native;

    public void Dispose()
    {
        if (native is not null)
        {
            _ = posix_spawn_file_actions_destroy(native);
            NativeMemory.Free(native);
            native = null;
        }

        foreach (int copy in copies) { _ = close(copy); }
        foreach (SafeHandle handle in held) { handle.DangerousRelease(); }
        copies.Clear();
        held.Clear();
    }

    private int Above(SafeHandle source, int floor)
    {
        bool added = false;
        source.DangerousAddRef(ref added);
        held.Add(source);
        int number = (int)source.DangerousGetHandle();
        if (number >= floor) { return number; }
        int copy = fcntl(number, DuplicateCloseOnExec, floor);
        if (copy < 0) { throw LinuxException.FromLastError("fcntl", "F_DUPFD_CLOEXEC"); }
        copies.Add(copy);
        return copy;
    }

    private static void Check(int error, string call)
    {
        if (error != 0) { throw new LinuxException(call, "spawn", (Errno)error); }
    }

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int source, int target);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int from);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}

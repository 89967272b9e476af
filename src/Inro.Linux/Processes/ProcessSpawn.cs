using System.Runtime.InteropServices;
using System.Text;

namespace Inro.Linux.Processes;

/// <summary>Starts programs by posix_spawn: the C library's vfork, so nothing managed ever runs in the child. See posix_spawn(3).</summary>
/// <remarks>The child starts with default signal dispositions and only the wanted signals blocked, whatever this process has.</remarks>
public static unsafe partial class ProcessSpawn
{
    /// <summary>Starts the program; returns its pid. The caller waits for it (<see cref="PidFd.Reap"/>).</summary>
    /// <exception cref="LinuxException">It could not be started: ENOENT, EACCES, ENOEXEC, EMFILE, EAGAIN, …</exception>
    public static int Start(SpawnRequest request)
    {
        using var actions = new FileActions(request);
        using var attributes = new SpawnAttributes(request.NewSession, request.BlockedSignals);
        using var arguments = new NativeStrings(request.Arguments);
        using var environment = new NativeStrings(request.Environment);
        string path = actions.Program >= 0 ? $"/proc/self/fd/{actions.Program}" : request.Path ?? throw new ArgumentException("no program to start", nameof(request));
        int pid = 0;
        int error;
        fixed (byte* file = Encoding.UTF8.GetBytes(path + '\0'))
        {
            error = posix_spawn(&pid, file, actions.Native, attributes.Native, arguments.Native, environment.Native);
        }

        return error == 0 ? pid : throw new LinuxException("posix_spawn", request.Path ?? request.Arguments[0], (Errno)error);
    }

    /// <summary>Starts the program and holds it.</summary>
    public static PidFd Open(SpawnRequest request) => PidFd.Open(Start(request)); // a child that nobody has waited for: no other process can have its pid

    [LibraryImport("libc")]
    private static partial int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);
}

using System.Globalization;
using System.Net.Sockets;
using Inro.KernelTests.Harness;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class ExecTests
{
    [KernelFact(Bundle.Usual)]
    public void Flags_describe_the_process()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        Assert.Equal("5:6 /tmp y 3 7\n", bundle.Oci("exec", "--user", "5:6", "--cwd", "/tmp", "--env", "X=y", "-g", "3", "-g=7", bundle.Id,
            "sh", "-c", "echo $(id -u):$(id -g) $PWD $X $(grep Groups /proc/self/status | cut -f2)").Ok().Output);
        Assert.Equal("CapBnd:\t00000000280000a1\n", bundle.Oci("exec", bundle.Id, "grep", "CapBnd", "/proc/self/status").Ok().Output);
        Assert.Equal("CapBnd:\t00000000a80000a1\n", bundle.Oci("exec", "--cap", "CAP_SETFCAP", bundle.Id, "grep", "CapBnd", "/proc/self/status").Ok().Output);
        Assert.Equal("NoNewPrivs:\t1\n", bundle.Oci("exec", "--no-new-privs", bundle.Id, "grep", "NoNewPrivs", "/proc/self/status").Ok().Output);
        Assert.Equal(7, bundle.Oci("exec", bundle.Id, "sh", "-c", "exit 7").ExitCode);
    }

    [KernelFact(Bundle.Usual)]
    public void A_process_file_replaces_the_command()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        File.WriteAllText(bundle.Path + "/process.json", """{ "cwd": "/etc", "args": [ "/bin/sh", "-c", "echo $A in $PWD" ], "env": [ "A=b" ], "user": { "uid": 0, "gid": 0 } }""");

        Assert.Equal("b in /etc\n", bundle.Oci("exec", "--process", bundle.Path + "/process.json", bundle.Id).Ok().Output);
    }

    [KernelFact(Bundle.Usual)]
    public void A_detached_process_is_found_by_its_file()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        string file = bundle.Path + "/pid";
        bundle.Wrapper = ["/bin/sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh"]; // nobody waits for the end of its output

        bundle.Oci("exec", "--detach", "--pid-file", file, bundle.Id, "sleep", "601").Ok();

        Assert.Contains("sleep\0601\0", File.ReadAllText($"/proc/{File.ReadAllText(file)}/cmdline"), StringComparison.Ordinal);
    }

    [KernelFact(Bundle.Usual)]
    public void What_cannot_be_run_ends_with_255()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Refuses(255, "exec failed: container does not exist", "exec", "nosuch", "true");
        bundle.Refuses(255, "exec failed: process args cannot be empty", "exec", bundle.Id);
        bundle.Refuses(255, "executable file not found in $PATH", "exec", bundle.Id, "nosuch");
        bundle.Refuses(1, "\"exec\" requires a minimum of 1 argument(s)", "exec");
        bundle.Oci("kill", bundle.Id, "KILL").Ok();
        bundle.WaitForStatus("stopped");
        bundle.Refuses(255, "cannot exec in a stopped container", "exec", bundle.Id, "true");
    }

    [KernelFact(Bundle.Usual | Needs.CgroupV1)]
    public void A_process_enters_a_cgroup_below_the_containers_and_no_other()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        Assert.SkipUnless(BundleVerbs.IsLegacy("pids"), "needs the controller in a v1 tree");
        string own = bundle.Cgroup("pids");
        Directory.CreateDirectory(own + "/below");
        Directory.CreateDirectory(own + "-beside");
        try
        {
            string line = bundle.Oci("exec", "--cgroup", "pids:below", bundle.Id, "grep", "pids", "/proc/self/cgroup").Ok().Output;

            Assert.EndsWith(":pids:/below\n", line, StringComparison.Ordinal);
            bundle.Refuses(255, "is not a sub cgroup path", "exec", "--cgroup", $"pids:../{Path.GetFileName(own)}-beside", bundle.Id, "true");
            bundle.Refuses(255, "there is no cgroup", "exec", "--cgroup", "pids:absent", bundle.Id, "true");
            bundle.Refuses(255, "unknown controller nosuch", "exec", "--cgroup", "nosuch:below", bundle.Id, "true");
            bundle.Refuses(255, "invalid --cgroup argument: a:b:c", "exec", "--cgroup", "a:b:c", bundle.Id, "true");
        }
        finally { Directory.Delete(own + "-beside"); }
    }

    [KernelFact(Bundle.Usual)]
    public void A_descriptor_of_the_process_goes_over_a_socket()
    {
        using var bundle = new Bundle();
        bundle.Script("exec sleep 600");
        using var receiver = new Receiver(bundle.Path + "/pidfd.sock");

        bundle.Detach("--pidfd-socket", receiver.Path).Ok();

        (string kind, string pid) = receiver.Take();
        Assert.Equal(("standard", bundle.State("pid")), (kind, pid));
        bundle.Oci("exec", "--pidfd-socket", receiver.Path, bundle.Id, "true").Ok();
        Assert.Equal("setns", receiver.Take().Kind);
    }

    [KernelFact(Bundle.Usual)]
    public void A_container_whose_descriptor_nobody_takes_is_not_made()
    {
        using var bundle = new Bundle();

        Assert.Equal(1, bundle.Create("--pidfd-socket", bundle.Path + "/nobody.sock").ExitCode);

        bundle.Refuses(1, "container does not exist", "state", bundle.Id);
    }

    /// <summary>What a wrapper does that wants a descriptor of a process.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public Receiver(string path)
        {
            Path = path;
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen();
        }

        public string Path { get; }

        /// <summary>What came with it, and whose it is.</summary>
        public (string Kind, string Pid) Take()
        {
            using Socket peer = socket.Accept();
            var descriptors = new List<SafeFileHandle>();
            byte[] buffer = new byte[64];
            SeqPacketSocket messages = SeqPacketSocket.Own((int)peer.Handle);
            try
            {
                int length = messages.Receive(buffer, TimeSpan.FromSeconds(10), descriptors);
                string info = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{(int)Assert.Single(descriptors).DangerousGetHandle()}"));
                string pid = info.Split('\n').First(static l => l.StartsWith("Pid:", StringComparison.Ordinal))["Pid:".Length..].Trim();
                return (System.Text.Encoding.UTF8.GetString(buffer, 0, length), pid);
            }
            finally
            {
                messages.SetHandleAsInvalid(); // the framework's socket closes it
                foreach (SafeFileHandle descriptor in descriptors) { descriptor.Dispose(); }
            }
        }

        public void Dispose() => socket.Dispose();
    }
}

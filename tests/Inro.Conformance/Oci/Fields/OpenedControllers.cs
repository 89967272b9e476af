namespace Inro.Conformance.Oci.Fields;

/// <summary>Takes back the controllers that a limit had handed on at the top of a hybrid host's v2 tree: other runtimes refuse a machine that has some there.</summary>
internal sealed class OpenedControllers : IDisposable
{
    private const string File = "/sys/fs/cgroup/unified/cgroup.subtree_control";

    private readonly string[] _before = Read();

    public void Dispose()
    {
        foreach (string controller in Read().Except(_before)) { System.IO.File.WriteAllText(File, "-" + controller); }
    }

    private static string[] Read() => System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
}

using System.Runtime.InteropServices;

namespace Inro.Server;

/// <summary>What this build is, for <c>version</c> on the command line and on the wire. Constants: reading them costs nothing.</summary>
public static class ProductVersion
{
    /// <summary>The product's version.</summary>
    public const string Text = ThisBuild.Version;

    /// <summary>The commit it was built from, 40 hex digits; empty where the build did not know.</summary>
    public const string Commit = ThisBuild.Commit;

    /// <summary>The newest Docker Engine API whose shapes this program speaks.</summary>
    public const string Api = "1.51";

    /// <summary>The oldest one.</summary>
    public const string OldestApi = "1.24";

    /// <summary>Processor architecture in Go's words, which the API uses.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The same in uname(1)'s words.</summary>
    public static string Machine => Architecture == "amd64" ? "x86_64" : "aarch64";

    /// <summary>The kernel's release, such as <c>6.1.0-18-amd64</c>.</summary>
    public static string Kernel => File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd('\n');

    /// <summary>What the program was compiled with.</summary>
    public static string Platform => RuntimeInformation.FrameworkDescription;
}

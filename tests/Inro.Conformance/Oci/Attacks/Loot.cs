using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>Victims, and what an attack says that it got of them.</summary>
internal static class Loot
{
    /// <summary>What begins a line of a script that got something.</summary>
    public const string Mark = "got ";

    /// <summary>Content of victims' files.</summary>
    public const string Secret = "content-of-the-victim";

    /// <summary>Climbs from any directory to the root.</summary>
    public const string Up = "../../../../../../../../../../..";

    /// <summary>The lines that say that something was got.</summary>
    public static string Of(string output) => string.Join('\n', output.Split('\n').Where(static line => line.StartsWith(Mark, StringComparison.Ordinal)));

    /// <summary>Runs the bundle with a script and takes what it says.</summary>
    public static string Run(Bundle bundle, string script, params string[] flags)
    {
        bundle.Script(script);
        return Of(bundle.Run(flags).Output);
    }

    /// <summary>A file outside of the bundle that the container must not read or change.</summary>
    public static string File(Bundle bundle)
    {
        string victim = bundle.Beside("victim-file");
        System.IO.File.WriteAllText(victim, Secret);
        return victim;
    }

    /// <summary>An empty directory outside of the bundle in which nothing may appear.</summary>
    public static string Directory(Bundle bundle) => System.IO.Directory.CreateDirectory(bundle.Beside("victim")).FullName;

    /// <summary>What is in a directory, with the mark; empty where it holds nothing.</summary>
    public static string Made(string directory) => string.Concat(System.IO.Directory.EnumerateFileSystemEntries(directory).Select(static e => $"{Mark}{Path.GetFileName(e)}\n"));

    /// <summary>What a container without an output of its own wrote into /loot.</summary>
    public static string Written(Bundle bundle) => System.IO.File.Exists(bundle.Rootfs + "/loot") ? Of(System.IO.File.ReadAllText(bundle.Rootfs + "/loot")) : "";

    /// <summary>Waits for a file that a container makes.</summary>
    /// <exception cref="TimeoutException">It did not appear.</exception>
    public static void WaitFor(string path)
    {
        DateTime end = DateTime.UtcNow + Machine.Patience(TimeSpan.FromSeconds(10));
        while (!System.IO.File.Exists(path))
        {
            if (DateTime.UtcNow > end) { throw new TimeoutException($"{path} did not appear"); }

            Thread.Sleep(10);
        }
    }
}

using Inro.Spec;

namespace Inro.Engine.Containers;

/// <summary>Why programs for another processor do not start here, and what to do about it.</summary>
/// <remarks>Source: the kernel's admin-guide/binfmt-misc; names of handlers as QEMU's packages register them.</remarks>
internal static class ForeignPrograms
{
    /// <summary>Where the kernel tells which interpreters it knows.</summary>
    public const string Registry = "/proc/sys/fs/binfmt_misc";

    /// <summary>What is missing for an image's programs.</summary>
    /// <param name="image">Its platform, which is not this machine's.</param>
    /// <param name="registry">A directory like <see cref="Registry"/>.</param>
    /// <returns>A problem for the end of a sentence, and the way out.</returns>
    public static (string Problem, string Remedy) Explain(Platform image, string registry = Registry)
    {
        string machine = Machine(image.Normalize().Architecture);
        string handler = "qemu-" + machine;
        string begin = $"exec format error: the image is for {image}, this machine is {Platform.Host}";
        string other = $"or take the image for this machine: --platform {Platform.Host}";
        if (!File.Exists(registry + "/register")) // not mounted
        {
            return ($"{begin}, and binfmt_misc is not mounted", $"mount -t binfmt_misc binfmt_misc {Registry}, and register an interpreter for {machine} (Debian: apt-get install qemu-user-static); {other}");
        }

        if (!File.Exists($"{registry}/{handler}"))
        {
            return ($"{begin}, and no interpreter for {machine} is registered with binfmt_misc", $"register one with the flag F (Debian: apt-get install qemu-user-static binfmt-support registers {handler}); {other}");
        }

        string[] lines = File.ReadAllLines($"{registry}/{handler}");
        if (lines is ["disabled", ..]) { return ($"{begin}, and the interpreter {handler} is disabled", $"echo 1 >{Registry}/{handler}; {other}"); }

        bool isKept = Array.Exists(lines, static l => l.StartsWith("flags:", StringComparison.Ordinal) && l.Contains('F', StringComparison.Ordinal));
        return isKept
            ? ($"{begin}, and the interpreter {handler} does not take it", $"look whether the program is really one for {machine}; {other}")
            : ($"{begin}, and the interpreter {handler} is registered without the flag F, so that it would have to be in the image", $"register it with the flag F (Debian: qemu-user-static does); {other}");
    }

    /// <summary>What the kernel and QEMU call an architecture that Go calls otherwise.</summary>
    private static string Machine(string architecture) => architecture switch
    {
        "amd64" => "x86_64",
        "386" => "i386",
        "arm64" => "aarch64",
        "mips64le" => "mips64el",
        "mipsle" => "mipsel",
        "loong64" => "loongarch64",
        _ => architecture,
    };
}

using Inro.Engine.Containers;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>What is said of programs for another processor, for each state of the kernel's registry of interpreters.</summary>
public sealed class ForeignProgramsTests
{
    [Theory]
    [InlineData(null, null, "binfmt_misc is not mounted", "mount -t binfmt_misc")]
    [InlineData("", null, "no interpreter for aarch64 is registered", "qemu-user-static")]
    [InlineData("", "disabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: F\n", "qemu-aarch64 is disabled", "echo 1 >/proc/sys/fs/binfmt_misc/qemu-aarch64")]
    [InlineData("", "enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OC\n", "without the flag F", "register it with the flag F")]
    [InlineData("", "enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OCF\n", "does not take it", "is really one for aarch64")]
    public void What_is_missing_is_named_with_a_way_out(string? register, string? handler, string problem, string remedy)
    {
        string registry = Directory.CreateTempSubdirectory("inro-test-").FullName;
        try
        {
            if (register is not null) { File.WriteAllText(registry + "/register", register); }

            if (handler is not null) { File.WriteAllText(registry + "/qemu-aarch64", handler); }

            (string said, string wayOut) = ForeignPrograms.Explain(Platform.Parse("linux/arm64"), registry);

            Assert.Contains("exec format error: the image is for linux/arm64", said, StringComparison.Ordinal);
            Assert.Contains(problem, said, StringComparison.Ordinal);
            Assert.Contains(remedy, wayOut, StringComparison.Ordinal);
        }
        finally { Directory.Delete(registry, recursive: true); }
    }
}

using System.Text;
using Inro.Linux.Memory;
using Xunit;

namespace Inro.Tests.Linux.Memory;

public sealed class MappedFilesTests
{
    [Theory]
    [InlineData("00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/inro", true)]
    [InlineData("00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/inro", true)]
    [InlineData("00652000-00655000 rw-p 00052000 08:02 173521      /usr/bin/inro", true)]
    [InlineData("7f0000000000-7f0000021000 r--s 00000000 00:01 5   /memfd:x", false)]
    [InlineData("7ffc1000-7ffc3000 r-xp 00000000 00:00 0           [vdso]", false)]
    public void Only_private_mappings_of_files_are_let_go(string line, bool isPrivateFile)
    {
        Assert.True(MappedFiles.TryParse(Encoding.ASCII.GetBytes(line), out ulong start, out ulong end, out bool found));
        Assert.True(start < end);
        Assert.Equal(isPrivateFile, found);
    }

    [Theory]
    [InlineData("Anonymous:             0 kB")]
    [InlineData("VmFlags: rd ex mr mw me")]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("2-1 r-xp")]
    public void Other_lines_are_no_mappings(string line) => Assert.False(MappedFiles.TryParse(Encoding.ASCII.GetBytes(line), out _, out _, out _));

    [Fact]
    public void A_process_goes_on_after_it_has_let_go() => Assert.True(MappedFiles.Release(isAlone: false) > 0);
}

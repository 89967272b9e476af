using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Runtime.Checkpoint;
using Xunit;

namespace Inro.Tests.Runtime.Checkpoint;

public sealed class StandardDescriptorsTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("inro-fds").FullName;

    [Theory]
    [InlineData("pipe:[4711]", true)]
    [InlineData("file[1b:4d2]", true)]
    [InlineData("pipe:[]", false)]
    [InlineData("pipe:[1]x", false)]
    [InlineData("pipe:[../../etc/passwd]", false)]
    [InlineData("pipe:[111111111111111111111]", false)]
    [InlineData("file[1B:4d2]", false)]
    [InlineData("/dev/null", false)]
    [InlineData("socket:[1]", false)]
    [InlineData("", false)]
    public void Pipes_and_files_outside_are_inherited_and_nothing_else(string name, bool inherited) => Assert.Equal(inherited, StandardDescriptors.IsInherited(name));

    [Fact]
    public void What_is_written_is_read()
    {
        using DirFd images = DirFd.Open(path);
        string[] names = ["/dev/null", "pipe:[1]", "file[2:3]"];

        StandardDescriptors.Write(images, names);

        Assert.Equal(names, StandardDescriptors.Read(images));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[\"a\",\"b\",\"c\",\"d\"]")]
    [InlineData("[\"a\"")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void A_file_of_another_form_is_refused(string text)
    {
        using DirFd images = DirFd.Open(path);
        File.WriteAllText(path + "/descriptors.json", text);

        Assert.Throws<RuntimeException>(() => StandardDescriptors.Read(images));
    }

    [Fact]
    public void A_large_file_is_refused()
    {
        using DirFd images = DirFd.Open(path);
        File.WriteAllText(path + "/descriptors.json", "[\"" + new string('a', 1024 * 1024) + "\"]");

        Assert.Contains("longer than", Assert.Throws<RuntimeException>(() => StandardDescriptors.Read(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_and_a_fifo_in_its_place_are_refused_and_nobody_waits()
    {
        using DirFd images = DirFd.Open(path);
        File.CreateSymbolicLink(path + "/descriptors.json", "/etc/hostname");
        Assert.Throws<RuntimeException>(() => StandardDescriptors.Read(images));

        File.Delete(path + "/descriptors.json");
        Assert.Equal(Inro.Linux.Errno.None, images.TryMakeNode("descriptors.json\0"u8, FileKind.Fifo, 0x180));
        Assert.Throws<RuntimeException>(() => StandardDescriptors.Read(images));
    }

    [Fact]
    public void Without_a_file_the_directory_is_no_checkpoint()
    {
        using DirFd images = DirFd.Open(path);

        Assert.Contains("descriptors.json", Assert.Throws<RuntimeException>(() => StandardDescriptors.Read(images)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}

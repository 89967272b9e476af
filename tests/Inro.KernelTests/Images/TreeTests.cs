using Inro.Images.Layers;
using Inro.Images.Trees;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Trees written and made again by root: what only root may have, and ids that are translated.</summary>
public sealed class TreeTests
{
    private static readonly byte[] Capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // cap_net_bind_service, revision 2

    [KernelFact(Needs.Root)]
    public void Owners_nodes_capabilities_and_holes_come_back()
    {
        using var place = TempDir.Create();
        using DirFd source = Source(place);
        using DirFd target = DirFd.Open(Directory.CreateDirectory(place / "target").FullName);

        Unpack(Archive(source, WriteRules.Plain), target, new UnpackRules());

        Assert.Equal((12u, 34u, 0x9EDu), Look(target, "file"));
        Assert.Equal(Capability, CapabilityOf(target));
        Assert.Equal(Errno.None, target.TryStatus("node", out FileStatus node));
        Assert.Equal((FileKind.CharacterDevice, (1u, 3u), 0x1B6u), (node.Kind, node.Node, node.Permissions));
        Assert.Equal(Errno.None, target.TryStatus("sparse", out FileStatus sparse));
        Assert.Equal((true, 4L << 20), (sparse.Blocks * 512 < 1 << 20, sparse.Size));
    }

    [KernelFact(Needs.Root)]
    public void Ids_of_a_namespace_are_translated_and_one_without_a_place_is_refused()
    {
        using var place = TempDir.Create();
        using DirFd source = Source(place);
        using DirFd target = DirFd.Open(Directory.CreateDirectory(place / "target").FullName);
        using DirFd back = DirFd.Open(Directory.CreateDirectory(place / "back").FullName);
        var ids = new IdTranslation([new IdMapping(0, 700_000, 100)], [new IdMapping(0, 800_000, 100)]);

        Unpack(Archive(source, WriteRules.Plain), target, new UnpackRules { Ids = ids });
        Unpack(Archive(target, new WriteRules { Ids = ids }), back, new UnpackRules());

        Assert.Equal((700_012u, 800_034u, 0x9EDu), Look(target, "file"));
        Assert.Equal((12u, 34u, 0x9EDu), Look(back, "file"));
        source.TrySetOwner("file\0"u8, 5000, 0);
        Assert.Contains("5000:0", Assert.Throws<TreeException>(() => Unpack(Archive(source, WriteRules.Plain), target, new UnpackRules { Ids = ids })).Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root)]
    public void Who_gets_files_of_others_gets_no_rights_of_theirs()
    {
        using var place = TempDir.Create();
        using DirFd source = Source(place);
        using DirFd target = DirFd.Open(Directory.CreateDirectory(place / "target").FullName);

        Unpack(Archive(source, WriteRules.Plain), target, new UnpackRules { Owner = (0, 34) });

        Assert.Equal((0u, 34u, 0x1EDu), Look(target, "file"));
        Assert.Null(CapabilityOf(target));
    }

    private static DirFd Source(TempDir place)
    {
        DirFd source = DirFd.Open(Directory.CreateDirectory(place / "source").FullName);
        File.WriteAllText(place / "source/file", "x");
        source.TrySetOwner("file\0"u8, 12, 34);
        source.TrySetMode("file\0"u8, 0x9ED); // 04755
        using (SafeFileHandle file = source.OpenInside("file", OpenFlags.Read)) { Assert.Equal(Errno.None, ExtendedAttributes.TrySet(file, "security.capability\0"u8, Capability)); }

        source.TryMakeNode("node\0"u8, FileKind.CharacterDevice, 0x1B6, 1, 3);
        source.TrySetMode("node\0"u8, 0x1B6); // 0666
        using (SafeFileHandle file = source.OpenInside("sparse", OpenFlags.Write | OpenFlags.Create, 0x1A4)) { FileDescriptor.SetLength(file, 4 << 20, "sparse"); }

        return source;
    }

    private static (uint User, uint Group, uint Mode) Look(DirFd directory, string name)
    {
        Assert.Equal(Errno.None, directory.TryStatus(name, out FileStatus status));
        return (status.UserId, status.GroupId, status.Permissions);
    }

    private static byte[]? CapabilityOf(DirFd directory)
    {
        using SafeFileHandle file = directory.OpenInside("file", OpenFlags.Read);
        return ExtendedAttributes.Get(file, "security.capability\0"u8);
    }

    private static byte[] Archive(DirFd source, WriteRules rules)
    {
        using var bytes = new MemoryStream();
        var writer = new TreeWriter(bytes, rules);
        writer.Write(source, "."u8, TestContext.Current.CancellationToken);
        writer.Finish();
        return bytes.ToArray();
    }

    private static void Unpack(byte[] archive, DirFd target, UnpackRules rules)
    {
        using var bytes = new MemoryStream(archive);
        TreeUnpacker.Unpack(bytes, target, default, rules, TestContext.Current.CancellationToken);
    }
}

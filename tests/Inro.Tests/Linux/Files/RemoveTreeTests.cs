using Inro.Linux.Files;
using Xunit;

namespace Inro.Tests.Linux.Files;

public sealed class RemoveTreeTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-tree-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Several_may_remove_the_same_tree_at_once()
    {
        for (int round = 0; round < 20; round++)
        {
            string tree = Path.Combine(directory.FullName, "tree");
            for (int i = 0; i < 50; i++)
            {
                Directory.CreateDirectory(Path.Combine(tree, $"a{i}", "b", "c"));
                File.WriteAllText(Path.Combine(tree, $"a{i}", "file"), "");
            }

            Parallel.For(0, 4, _ =>
            {
                using DirFd opened = DirFd.Open(directory.FullName);
                opened.RemoveTree("tree");
            });

            Assert.False(Directory.Exists(tree));
        }
    }
}

using System.Text;
using Inro.Images.Trees;
using Inro.Linux;

namespace Inro.Engine.Archives;

/// <summary>What a path stands for, as an archive.</summary>
public static class TreeCopies
{
    /// <summary>Writes it.</summary>
    /// <param name="writer">Receives the entries; the end of the archive is not written.</param>
    /// <param name="place">What is written; it is there.</param>
    /// <param name="shownAs">Its name in the archive; <c>.</c>: what is in the directory, as the archive's root.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LinuxException">Something cannot be read.</exception>
    public static void Write(TreeWriter writer, TreePlace place, string shownAs, CancellationToken ct)
    {
        byte[] name = Encoding.UTF8.GetBytes(shownAs);
        if (place.Name == ".") { writer.Write(place.Directory, name, ct); }
        else { writer.WriteName(place.Directory, place.NameBytes, name, ct); }
    }
}

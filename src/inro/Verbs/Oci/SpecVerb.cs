using Inro.Linux.Cgroups;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>spec</c>: writes a configuration to begin with.</summary>
internal static class SpecVerb
{
    private const string FileName = "config.json";

    public static int Run(OciFlags flags)
    {
        string bundle = ".";
        bool rootless = false;
        while (flags.NextFlag(out string name))
        {
            if (name is "b" or "bundle") { bundle = flags.Value(name); }
            else if (name is "rootless") { rootless = flags.Switch(); }
            else { throw flags.Unknown(name); }
        }

        _ = flags.Operands(0, 0);
        RuntimeConfig config = StarterConfig.Make(isUnified: CgroupLayout.Read().IsPureUnified);
        if (rootless) { config = StarterConfig.ForOrdinaryUser(config, [new IdMapping(0, EffectiveIds.User, 1)], [new IdMapping(0, EffectiveIds.Group, 1)]); }

        Write($"{bundle}/{FileName}", RuntimeConfigWriter.Write(config, indented: true));
        return 0;
    }

    private static void Write(string path, byte[] document)
    {
        try
        {
            using var file = new System.IO.FileStream(path, System.IO.FileMode.CreateNew, System.IO.FileAccess.Write);
            file.Write(document);
            file.WriteByte((byte)'\n');
        }
        catch (System.IO.DirectoryNotFoundException)
        {
            throw new OciUsageException($"there is no directory {System.IO.Path.GetDirectoryName(path)}");
        }
        catch (IOException) when (System.IO.File.Exists(path))
        {
            throw new OciUsageException($"File {FileName} exists. Remove it first");
        }
    }
}

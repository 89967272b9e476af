using System.Text;
using Inro.Cli.Output;
using Inro.Runtime.Features;
using Inro.Server;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>features</c>: what this runtime can do.</summary>
internal static class FeaturesVerb
{
    public static int Run(OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        _ = flags.Operands(0, 0);
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["inro.version"] = ProductVersion.Text, ["inro.checkpoint.enabled"] = "true" };
        Screen.WriteLine(Encoding.UTF8.GetString(FeaturesDocument.Write(OciCommand.SpecVersion, annotations)));
        return 0;
    }
}

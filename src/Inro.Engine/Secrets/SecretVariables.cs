using System.Text;
using Inro.Spec.Runtime;

namespace Inro.Engine.Secrets;

/// <summary>Secrets that are variables: in a file in memory that an annotation names, and not in config.json, which is on a disk.</summary>
internal static class SecretVariables
{
    /// <summary>The annotation. Nobody's but the engine's counts.</summary>
    public const string Annotation = "org.inro.environment-file";

    private const int MaxBytes = 16 << 20;

    /// <summary>The process with the variables of the file, where one is named.</summary>
    /// <exception cref="IOException">The file is gone, or is no such file.</exception>
    public static ProcessConfig AddTo(ProcessConfig process, IReadOnlyDictionary<string, string> annotations)
    {
        if (!annotations.TryGetValue(Annotation, out string? path)) { return process; }

        if (new FileInfo(path).Length > MaxBytes) { throw new IOException($"{path} is longer than {MaxBytes} bytes"); }

        List<string> environment = [.. process.Env];
        foreach (string variable in Encoding.UTF8.GetString(File.ReadAllBytes(path)).Split('\0'))
        {
            if (variable.Length == 0) { continue; }

            string name = variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)];
            environment.RemoveAll(e => e.StartsWith(name, StringComparison.Ordinal));
            environment.Add(variable);
        }

        return process with { Env = environment };
    }
}

using System.Diagnostics;

namespace Inro.Conformance;

/// <summary>Runs the built program: INRO_BINARY, or artifacts/bin/inro of the working tree.</summary>
internal static class InroProgram
{
    /// <summary>Longest that one call may take.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Where the program is expected; null: it is not built.</summary>
    public static string? Path { get; } = Find();

    /// <summary>What a call printed and how it ended.</summary>
    public sealed record Answer(int Status, string Output, string Error);

    /// <summary>Runs it with arguments and waits for its end.</summary>
    public static Answer Run(params string[] arguments)
    {
        ProcessStartInfo start = new(Path!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments) { start.ArgumentList.Add(argument); }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Deadline))
        {
            process.Kill();
            throw new TimeoutException($"inro {string.Join(' ', arguments)} took longer than {Deadline}");
        }

        return new Answer(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("INRO_BINARY") is { Length: > 0 } named) { return System.IO.Path.GetFullPath(named); }

        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            string built = System.IO.Path.Combine(d.FullName, "artifacts", "bin", "inro");
            if (File.Exists(System.IO.Path.Combine(d.FullName, "Inro.slnx"))) { return File.Exists(built) ? built : null; }
        }

        return null;
    }
}

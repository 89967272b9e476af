using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inro.Images.Registry;
using Inro.Linux.Processes;

namespace Inro.Engine.Registries;

/// <summary>A program <c>docker-credential-NAME</c>, which keeps credentials in a place of its own.</summary>
/// <remarks>Source: docker's credential helper protocol: the verb is the argument, the rest goes through standard input and output.</remarks>
internal sealed class CredentialHelper
{
    private const int MaxAnswerCharacters = 1 << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string program;

    /// <param name="name">What follows <c>docker-credential-</c>.</param>
    /// <exception cref="EngineException">InvalidArgument: it is a path.</exception>
    public CredentialHelper(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal)) { throw new EngineException(ErrorCode.InvalidArgument, $"\"{name}\" is no name of a credential helper", "write what follows docker-credential-"); }

        program = "docker-credential-" + name;
    }

    /// <summary>What it has for a registry, or null.</summary>
    public RegistryCredentials? Find(string registry)
    {
        (int status, string output) = Run("get", registry);
        if (status != 0)
        {
            return output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null : throw Failed("get", output);
        }

        try
        {
            JsonNode? answer = JsonNode.Parse(output);
            string user = (string?)answer?["Username"] ?? "";
            string secret = (string?)answer?["Secret"] ?? "";
            return user == "<token>" ? new RegistryCredentials("", "", secret) : secret.Length == 0 ? null : new RegistryCredentials(user, secret);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException) { throw Failed("get", malformed.Message); }
    }

    /// <summary>Keeps credentials.</summary>
    public void Store(string registry, RegistryCredentials credentials)
    {
        var entry = new JsonObject
        {
            ["ServerURL"] = registry,
            ["Username"] = credentials.IdentityToken is null ? credentials.UserName : "<token>",
            ["Secret"] = credentials.IdentityToken ?? credentials.Password,
        };
        (int status, string output) = Run("store", entry.ToJsonString());
        if (status != 0) { throw Failed("store", output); }
    }

    /// <summary>Forgets them.</summary>
    public void Erase(string registry)
    {
        (int status, string output) = Run("erase", registry);
        if (status != 0) { throw Failed("erase", output); }
    }

    private (int Status, string Output) Run(string verb, string input)
    {
        var start = new ProcessStartInfo(program, [verb]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("a program that was started has a process");
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Give(process, input);
            if (!process.WaitForExit(Deadline))
            {
                using PidFd hanging = PidFd.Open(process.Id);
                if (!process.HasExited) { hanging.Kill(); } // not over after the descriptor was opened: it is this process that it stands for

                throw Failed(verb, $"it did not end within {Deadline.TotalSeconds:0} s");
            }

            string text = output.GetAwaiter().GetResult().Trim();
            if (process.ExitCode != 0 && text.Length == 0) { text = $"it ended with {process.ExitCode} and said nothing to us"; } // what it tells the user itself, on standard error, stands above

            return text.Length <= MaxAnswerCharacters ? (process.ExitCode, text) : throw Failed(verb, "it says too much");
        }
        catch (Win32Exception missing)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"the credential helper {program} cannot be started: {missing.Message}", "install it, or take it out of config.json", missing);
        }
    }

    /// <summary>A helper that ends before it has read everything says by its answer what that means.</summary>
    private static void Give(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it is gone
        }
    }

    private EngineException Failed(string verb, string why) => new(ErrorCode.Unavailable, $"{program} {verb} failed: {why}", "look at the helper, or take it out of config.json");
}

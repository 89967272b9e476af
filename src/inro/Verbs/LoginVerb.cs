using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro login</c>: says to a registry who asks, and remembers it.</summary>
internal sealed class LoginVerb : Verb
{
    private const string DefaultRegistry = "docker.io";

    private string? user;
    private string? password;
    private bool fromInput;

    public override string Usage => "[OPTIONS] [SERVER]";

    public override string Summary => "Authenticate to a registry";

    public override int MostOperands => 1;

    public override void AddFlags(FlagTable table) => table
        .Text("password", 'p', "Password or Personal Access Token (PAT)", v => password = v)
        .Switch("password-stdin", '\0', "Take the Password or Personal Access Token (PAT) from stdin", v => fromInput = v)
        .Text("username", 'u', "Username", v => user = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (fromInput && password is not null) { throw new UsageException("conflicting options: cannot specify both --password and --password-stdin"); }

        if (fromInput && user is null) { throw new UsageException("the --password-stdin option requires --username to be set"); }

        string host = RegistryArgument.Host(operands.Count == 0 ? DefaultRegistry : operands[0]);
        if (password is not null) { Screen.WriteError("WARNING! Using --password via the CLI is insecure. Use --password-stdin."); }

        var credentials = new RegistryCredentials(user ?? Ask("Username: ", isSecret: false), Password());
        if (credentials.UserName.Length == 0 || credentials.Password.Length == 0) { throw new EngineException(ErrorCode.InvalidArgument, "a username and a password are both needed", "inro login -u NAME"); }

        RegistryAccess access = RegistryAccess.Configured(ImagePull.UserAgent);
        using RegistryClient client = access.Of(host, credentials);
        try { client.Ping(CancellationToken.None); }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }

        CredentialStore store = CredentialStore.OfUser(access.Rules);
        if (!store.Put(access.Rules.Host(host).CredentialsName, credentials))
        {
            Screen.WriteError($"WARNING! Your credentials are stored unencrypted in '{store.Path}'. A credential helper keeps them safer.");
        }

        Screen.WriteLine("Login Succeeded");
        return ExitStatus.Success;
    }

    private string Password()
    {
        if (password is not null) { return password; }

        return fromInput ? (Console.In.ReadLine() ?? "").TrimEnd('\r') : Ask("Password: ", isSecret: true);
    }

    private static string Ask(string question, bool isSecret)
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        if (!Terminal.IsTerminal(input)) { throw new EngineException(ErrorCode.InvalidArgument, "cannot perform an interactive login from a non TTY device", "inro login -u NAME --password-stdin"); }

        Screen.WriteErrorText(question);
        if (!isSecret) { return Console.In.ReadLine() ?? ""; }

        TerminalMode before = Terminal.GetMode(input);
        Terminal.SetMode(input, Terminal.Silent(before));
        try { return Console.In.ReadLine() ?? ""; }
        finally
        {
            Terminal.SetMode(input, before);
            Screen.WriteErrorText("\n");
        }
    }
}

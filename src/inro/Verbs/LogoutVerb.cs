using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Registries;

namespace Inro.Cli.Verbs;

/// <summary><c>inro logout</c>: forgets who asks a registry.</summary>
internal sealed class LogoutVerb : Verb
{
    public override string Usage => "[SERVER]";

    public override string Summary => "Log out from a registry";

    public override int MostOperands => 1;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        string host = RegistryArgument.Host(operands.Count == 0 ? "docker.io" : operands[0]);
        RegistryRules rules = RegistryConfiguration.ReadRules();
        bool wasKnown = CredentialStore.OfUser(rules).Remove(rules.Host(host).CredentialsName);
        Screen.WriteLine(wasKnown ? $"Removing login credentials for {host}" : $"Not logged in to {host}");
        return ExitStatus.Success;
    }
}

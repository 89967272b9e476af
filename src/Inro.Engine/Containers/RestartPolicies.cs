namespace Inro.Engine.Containers;

/// <summary>When a container that has ended is started again. The numbers are stored.</summary>
internal enum RestartKind
{
    /// <summary>Never.</summary>
    No,

    /// <summary>When its exit status is not 0, perhaps only so often.</summary>
    OnFailure,

    /// <summary>Always; one that a person stopped, at the next boot.</summary>
    Always,

    /// <summary>Always but where a person stopped it.</summary>
    UnlessStopped,
}

/// <summary>What restart policies say. See docker run --restart.</summary>
internal static class RestartPolicies
{
    /// <summary>Before the first start by policy; each further one waits twice as long.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>No wait is longer.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>A container that ran for so long did start: the next wait is the first again.</summary>
    public static readonly TimeSpan SteadyRun = TimeSpan.FromSeconds(10);

    private static readonly string[] Names = ["no", "on-failure", "always", "unless-stopped"];

    /// <summary>The policy's kind; an empty name is <see cref="RestartKind.No"/>.</summary>
    public static RestartKind KindOf(RestartPolicy policy) => (RestartKind)Math.Max(Array.IndexOf(Names, policy.Name), 0);

    /// <summary>Reads <c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure</c> or <c>on-failure:N</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static RestartPolicy Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        if (name.Length == 0) { return colon < 0 ? RestartPolicy.Never : throw new FormatException("invalid restart policy format: no policy provided before colon"); }

        if (Array.IndexOf(Names, name) < 0) { throw new FormatException($"invalid restart policy: unknown policy '{name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"); }

        if (colon < 0) { return new RestartPolicy(name, 0); }

        if (!int.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int retries))
        {
            throw new FormatException("invalid restart policy format: maximum retry count must be an integer");
        }

        return name == "on-failure" || retries == 0
            ? new RestartPolicy(name, retries)
            : throw new FormatException("invalid restart policy: maximum retry count can only be used with 'on-failure'");
    }

    /// <summary>How long to wait before a container that has just ended is started again; null: it is not.</summary>
    /// <param name="record">The container as it was while it ran.</param>
    /// <param name="exit">How it ended.</param>
    public static TimeSpan? DelayAfter(ContainerRecord record, ContainerExit exit)
    {
        RestartPolicy policy = record.Config.Restart;
        bool wanted = !record.IsStopped && KindOf(policy) switch
        {
            RestartKind.Always or RestartKind.UnlessStopped => true,
            RestartKind.OnFailure => exit.ExitCode != 0 && (policy.MaximumRetries == 0 || record.RestartCount < policy.MaximumRetries),
            _ => false,
        };
        return wanted ? Delay(TimeSpan.FromTicks(record.RestartDelayNanoseconds / TimeSpan.NanosecondsPerTick), exit.FinishedNanoseconds - record.StartedNanoseconds) : null;
    }

    /// <summary>Whether a container that ended with an earlier boot is started with this one.</summary>
    public static bool StartsAtBoot(ContainerRecord record) => record.State == ContainerState.Exited && record.StartedNanoseconds > 0 && KindOf(record.Config.Restart) switch
    {
        RestartKind.Always => true,
        RestartKind.UnlessStopped => !record.IsStopped,
        RestartKind.OnFailure => !record.IsStopped && record.ExitCode != 0,
        _ => false,
    };

    private static TimeSpan Delay(TimeSpan last, long ranNanoseconds)
    {
        if (last == TimeSpan.Zero || ranNanoseconds >= SteadyRun.Ticks * TimeSpan.NanosecondsPerTick) { return FirstDelay; }

        return last * 2 < LongestDelay ? last * 2 : LongestDelay;
    }
}

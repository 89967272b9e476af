namespace Inro.Bench.Measuring;

/// <summary>A place in which commands run: this machine as it is, or the folder of peers with namespaces of its own.</summary>
internal interface ILane : IDisposable
{
    /// <summary>Runs the command to its end. Never throws for what the command does.</summary>
    Sample Run(Command command);

    /// <summary>Starts a command that stays, a daemon; it ends with the lane.</summary>
    void Start(Command command);
}

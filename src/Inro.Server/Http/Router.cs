namespace Inro.Server.Http;

/// <summary>Finds the operation of a method and a path. The first endpoint that matches is meant.</summary>
internal sealed class Router(IReadOnlyList<Operation> endpoints)
{
    /// <summary>The endpoint and the name in the path, or null.</summary>
    public (Operation Operation, string Name)? Find(string method, string path)
    {
        foreach (Operation endpoint in endpoints)
        {
            if (endpoint.Method == method && endpoint.Pattern.TryMatch(path, out string name)) { return (endpoint, name); }
        }

        return null;
    }
}

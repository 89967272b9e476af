namespace Inro.Server.Http;

/// <summary>A request's path without the version that may lead it: <c>/v1.41/version</c> is <c>/version</c> at 1.41.</summary>
/// <param name="Route">The path that names the operation.</param>
/// <param name="Version">The version that the client chose; null: none.</param>
internal readonly record struct ApiPath(string Route, ApiVersion? Version)
{
    public static ApiPath Of(string path)
    {
        if (!path.StartsWith("/v", StringComparison.Ordinal)) { return new ApiPath(path, null); }

        int slash = path.IndexOf('/', 2);
        return slash > 0 && ApiVersion.TryParse(path.AsSpan(2, slash - 2), out ApiVersion version)
            ? new ApiPath(path[slash..], version)
            : new ApiPath(path, null);
    }
}

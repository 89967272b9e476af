using System.Globalization;

namespace Inro.Server.Http;

/// <summary>A version of the Docker Engine API; versions compare as numbers, so 1.9 comes before 1.24.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    public static ApiVersion Parse(string text) => TryParse(text, out ApiVersion version) ? version : throw new FormatException($"'{text}' is not a version");

    /// <summary>Reads <c>1.51</c>; at most five digits on each side.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ApiVersion version)
    {
        int dot = text.IndexOf('.');
        version = default;
        if (dot is <= 0 or > MaxDigits || text.Length - dot - 1 > MaxDigits) { return false; }

        bool isVersion = int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            & int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int minor);
        version = new ApiVersion(major, minor);
        return isVersion;
    }

    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private const int MaxDigits = 5;
}

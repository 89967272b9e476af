using System.Text.Json;

namespace Inro.Engine.Templates;

/// <summary><c>eq</c>, <c>lt</c> and their kin: values of one kind compare, others are refused.</summary>
internal static class TemplateComparison
{
    public static bool AreEqual(object? left, object? right, int offset) => (TemplateText.Simplify(left), TemplateText.Simplify(right)) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (bool a, bool b) => a == b,
        (JsonElement or ITemplateObject, _) or (_, JsonElement or ITemplateObject) => throw TemplateException.At(offset, "error calling eq: non-comparable type"),
        var (a, b) => Order(a, b, offset) == 0,
    };

    public static int Order(object? left, object? right, int offset) => (TemplateText.Simplify(left), TemplateText.Simplify(right)) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (long a, double b) => ((double)a).CompareTo(b),
        (double a, long b) => a.CompareTo((double)b),
        _ => throw TemplateException.At(offset, "error calling comparison: incompatible types for comparison"),
    };
}

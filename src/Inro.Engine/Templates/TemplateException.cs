namespace Inro.Engine.Templates;

/// <summary>A template cannot be read, or does not fit the value that it is applied to.</summary>
/// <param name="problem">What is wrong, with the offset in the template.</param>
public sealed class TemplateException(string problem) : FormatException(problem)
{
    internal static TemplateException At(int offset, string problem) => new($"template: :1:{offset + 1}: {problem}");
}

using System.Text;

namespace Inro.Cli.Output;

/// <summary>Lines up tab-separated cells the way docker's tables are lined up.</summary>
/// <remarks>
/// A cell ends with a tab; what follows the last tab of a line belongs to no column. A column is as wide as its widest cell
/// in neighbouring lines that have it, plus <see cref="Padding"/>, and never narrower than <see cref="LeastWidth"/>.
/// </remarks>
internal static class TextTable
{
    /// <summary>Least width of a column, in characters.</summary>
    public const int LeastWidth = 10;

    /// <summary>Spaces between a column's widest cell and the next column.</summary>
    public const int Padding = 3;

    public static string Align(string text)
    {
        bool endsWithLine = text.EndsWith('\n');
        string[][] lines = [.. (endsWithLine ? text[..^1] : text).Split('\n').Select(static l => l.Split('\t'))];
        int[][] widths = [.. lines.Select(static l => new int[l.Length - 1])];
        Measure(lines, widths, column: 0, from: 0, to: lines.Length);
        StringBuilder output = new();
        for (int i = 0; i < lines.Length; i++)
        {
            for (int c = 0; c < widths[i].Length; c++)
            {
                output.Append(lines[i][c]).Append(' ', Math.Max(widths[i][c] - Width(lines[i][c]), 0));
            }

            output.Append(lines[i][^1]);
            if (i < lines.Length - 1 || endsWithLine) { output.Append('\n'); }
        }

        return output.ToString();
    }

    /// <summary>Gives each run of lines that share <paramref name="column"/> one width, then does the same for the next column inside it.</summary>
    private static void Measure(string[][] lines, int[][] widths, int column, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (widths[i].Length <= column) { continue; }

            int start = i;
            int width = LeastWidth;
            for (; i < to && widths[i].Length > column; i++) { width = Math.Max(width, Width(lines[i][column]) + Padding); }

            for (int k = start; k < i; k++) { widths[k][column] = width; }

            Measure(lines, widths, column + 1, start, i);
        }
    }

    private static int Width(string cell)
    {
        int width = 0;
        foreach (Rune _ in cell.EnumerateRunes()) { width++; }

        return width;
    }
}

using System.Text;

namespace Inro.Cli.Output;

/// <summary>Lines up tab-separated cells the way docker's tables are lined up.</summary>
/// <remarks>
/// A cell ends with a tab; what follows the last tab of a line belongs to no column. A column is as wide as its widest cell
/// in neighbouring lines that have it, plus <see cref="Padding"/>, and never narrower than <see cref="LeastWidth"/>.
/// </remarks>
internal sealed class TextTable
{
    /// <summary>Least width of a column, in characters.</summary>
    public const int LeastWidth = 10;

    /// <summary>Spaces between a column's widest cell and the next column.</summary>
    public const int Padding = 3;

    private readonly string text;

    // Cells by where they end in the text, in one list for all lines: a list of thousands of rows makes no string for each.
    private readonly List<int> ends = [];
    private readonly List<int> firsts = [0];
    private readonly int[] widths;

    private TextTable(string text)
    {
        this.text = text;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\t' or '\n')) { continue; }

            ends.Add(i);
            if (text[i] == '\n') { firsts.Add(ends.Count); }
        }

        if (!text.EndsWith('\n'))
        {
            ends.Add(text.Length);
            firsts.Add(ends.Count);
        }

        widths = new int[ends.Count];
    }

    private int Lines => firsts.Count - 1;

    /// <summary>The text with spaces in the place of tabs.</summary>
    public static string Align(string text)
    {
        TextTable table = new(text);
        table.Measure(column: 0, from: 0, to: table.Lines);
        return table.Write();
    }

    /// <summary>Gives each run of lines that share <paramref name="column"/> one width, then does the same for the next column inside it.</summary>
    private void Measure(int column, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (ColumnsOf(i) <= column) { continue; }

            int start = i;
            int width = LeastWidth;
            for (; i < to && ColumnsOf(i) > column; i++) { width = Math.Max(width, Width(Cell(firsts[i] + column)) + Padding); }

            for (int k = start; k < i; k++) { widths[firsts[k] + column] = width; }

            Measure(column + 1, start, i);
        }
    }

    private string Write()
    {
        StringBuilder output = new(text.Length + (text.Length / 2));
        for (int line = 0; line < Lines; line++)
        {
            int last = firsts[line + 1] - 1;
            for (int cell = firsts[line]; cell < last; cell++)
            {
                ReadOnlySpan<char> content = Cell(cell);
                output.Append(content).Append(' ', Math.Max(widths[cell] - Width(content), 0));
            }

            output.Append(Cell(last));
            if (ends[last] < text.Length) { output.Append('\n'); }
        }

        return output.ToString();
    }

    // The last cell of a line is in no column.
    private int ColumnsOf(int line) => firsts[line + 1] - firsts[line] - 1;

    private ReadOnlySpan<char> Cell(int index)
    {
        int start = index == 0 ? 0 : ends[index - 1] + 1;
        return text.AsSpan(start, ends[index] - start);
    }

    private static int Width(ReadOnlySpan<char> cell)
    {
        if (Ascii.IsValid(cell)) { return cell.Length; }

        int width = 0;
        foreach (Rune _ in cell.EnumerateRunes()) { width++; }

        return width;
    }
}

using System.Globalization;

namespace Inro.Runtime.Steps;

/// <summary>Lists of processors or memory nodes, such as "0-3,7", as the kernel's masks.</summary>
/// <remarks>Source: cpuset(7) "List format", without its strides.</remarks>
internal static class NumberRanges
{
    /// <summary>The bits of a list.</summary>
    /// <param name="field">Where it stands, for the message.</param>
    /// <param name="list">Not empty.</param>
    /// <param name="maskBytes">Bytes of the mask; the highest number is eight times as many, minus one.</param>
    /// <exception cref="RuntimeException">It is no such list.</exception>
    public static byte[] Mask(string field, string list, int maskBytes)
    {
        byte[] mask = new byte[maskBytes];
        foreach (Range part in list.AsSpan().Split(','))
        {
            ReadOnlySpan<char> range = list.AsSpan(part).Trim();
            int dash = range.IndexOf('-');
            bool isValid = TryNumber(dash < 0 ? range : range[..dash], out int first);
            int last = first;
            if (dash >= 0) { isValid &= TryNumber(range[(dash + 1)..], out last); }

            if (!isValid || last < first || last >= maskBytes * 8)
            {
                throw RuntimeException.Invalid(field, $"\"{range}\" is no number or range of numbers up to {(maskBytes * 8) - 1}", "write it as 0-3,7");
            }

            for (int number = first; number <= last; number++) { mask[number / 8] |= (byte)(1 << (number % 8)); }
        }

        return mask;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

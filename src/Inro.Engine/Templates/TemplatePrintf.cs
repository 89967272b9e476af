using System.Globalization;
using System.Text;

namespace Inro.Engine.Templates;

/// <summary><c>printf</c> with the verbs s d v q t x X f g c and %, the flags - + 0 #, width and precision.</summary>
internal static class TemplatePrintf
{
    private const int MaxWidth = 1024;

    public static string Format(IReadOnlyList<object?> arguments, int offset)
    {
        if (arguments.Count == 0 || arguments[0] is not string format) { throw TemplateException.At(offset, "error calling printf: the format is missing"); }

        StringBuilder text = new();
        int next = 1;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            Directive directive = Directive.Read(format, ref i, offset);
            if (directive.Verb == '%')
            {
                text.Append('%');
            }
            else
            {
                text.Append(next < arguments.Count ? directive.Apply(TemplateText.Simplify(arguments[next])) : $"%!{directive.Verb}(MISSING)");
                next++;
            }
        }

        return text.ToString();
    }

    private readonly record struct Directive(char Verb, bool IsLeft, bool HasPlus, bool HasZero, bool IsAlternate, int Width, int Precision)
    {
        public static Directive Read(string format, ref int i, int offset)
        {
            bool left = false, plus = false, zero = false, alternate = false;
            for (i++; i < format.Length && format[i] is '-' or '+' or '0' or '#' or ' '; i++)
            {
                left |= format[i] == '-';
                plus |= format[i] == '+';
                zero |= format[i] == '0';
                alternate |= format[i] == '#';
            }

            int width = Number(format, ref i, offset);
            int precision = -1;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Number(format, ref i, offset);
            }

            if (i >= format.Length) { throw TemplateException.At(offset, "error calling printf: the format ends within a directive"); }

            return new Directive(format[i], left, plus, zero, alternate, width, precision);
        }

        public string Apply(object? value)
        {
            string text = Body(value);
            if (text.Length >= Width) { return text; }

            if (IsLeft) { return text.PadRight(Width); }

            bool isNumber = value is long or double;
            if (!HasZero || !isNumber) { return text.PadLeft(Width); }

            bool isSigned = text[0] is '-' or '+';
            return isSigned ? text[0] + text[1..].PadLeft(Width - 1, '0') : text.PadLeft(Width, '0');
        }

        private string Body(object? value) => (Verb, value) switch
        {
            ('s', string text) => Cut(text),
            ('s', long or double or bool or null) => Wrong(value),
            ('s' or 'v', _) => TemplateText.Of(value),
            ('q', string text) => Quote(Cut(text)),
            ('d', long whole) => Signed(whole.ToString(CultureInfo.InvariantCulture), whole >= 0),
            ('t', bool) => TemplateText.Of(value),
            ('c', long whole) when Rune.IsValid((int)Math.Clamp(whole, -1, int.MaxValue)) => new Rune((int)whole).ToString(),
            ('x', long whole) => (IsAlternate ? "0x" : "") + whole.ToString("x", CultureInfo.InvariantCulture),
            ('X', long whole) => (IsAlternate ? "0X" : "") + whole.ToString("X", CultureInfo.InvariantCulture),
            ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
            ('f', double real) => Signed(real.ToString($"F{(Precision < 0 ? 6 : Precision)}", CultureInfo.InvariantCulture), real >= 0),
            ('g', double real) => TemplateText.Of(real),
            _ => Wrong(value),
        };

        private string Wrong(object? value) => $"%!{Verb}({(value is null ? "<nil>" : $"{TemplateText.KindOf(value)}={TemplateText.Of(value)}")})";

        private string Signed(string digits, bool isPositive) => HasPlus && isPositive ? "+" + digits : digits;

        private string Cut(string text) => Precision >= 0 && text.Length > Precision ? text[..Precision] : text;

        private static string Quote(string text) => TemplateJson.Of(text);

        private static int Number(string format, ref int i, int offset)
        {
            int number = 0;
            for (; i < format.Length && char.IsAsciiDigit(format[i]); i++)
            {
                number = (number * 10) + (format[i] - '0');
                if (number > MaxWidth) { throw TemplateException.At(offset, $"error calling printf: a width above {MaxWidth}"); }
            }

            return number;
        }
    }
}

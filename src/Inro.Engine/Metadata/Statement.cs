using System.Text;
using SQLitePCL;

namespace Inro.Engine.Metadata;

/// <summary>One use of a compiled statement. Parameters count from 1, columns from 0, as SQLite counts.</summary>
public readonly ref struct Statement
{
    private readonly MetadataStore store;
    private readonly string sql;
    private readonly sqlite3_stmt compiled;

    internal Statement(MetadataStore store, string sql, sqlite3_stmt compiled)
    {
        this.store = store;
        this.sql = sql;
        this.compiled = compiled;
    }

    /// <summary>Sets a text; null is NULL.</summary>
    public void Bind(int parameter, string? value) =>
        Check(value is null ? raw.sqlite3_bind_null(compiled, parameter) : raw.sqlite3_bind_text(compiled, parameter, value));

    /// <summary>Sets a number.</summary>
    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(compiled, parameter, value));

    /// <summary>Sets a number; null is NULL.</summary>
    public void Bind(int parameter, int? value) =>
        Check(value is null ? raw.sqlite3_bind_null(compiled, parameter) : raw.sqlite3_bind_int64(compiled, parameter, value.Value));

    /// <summary>Sets bytes; empty ones are an empty blob.</summary>
    public void Bind(int parameter, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(compiled, parameter, value));

    /// <summary>Goes to the next row; false: there is none.</summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(compiled);
        return result switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw store.Failure(result, sql),
        };
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>A text; NULL is empty.</summary>
    public string Text(int column) => raw.sqlite3_column_text(compiled, column).utf8_to_string() ?? "";

    /// <summary>A text; NULL is empty. Among thousands of rows most say the same as the one before: then its string serves again.</summary>
    /// <param name="column">Counted from 0.</param>
    /// <param name="likely">What the row before had there; null: there was none.</param>
    public string Text(int column, string? likely)
    {
        ReadOnlySpan<byte> bytes = raw.sqlite3_column_blob(compiled, column); // a text's bytes are its UTF-8
        return likely is not null && Ascii.Equals(bytes, likely) ? likely : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A number; NULL is 0.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(compiled, column);

    /// <summary>True for NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(compiled, column) == raw.SQLITE_NULL;

    /// <summary>Bytes; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(compiled, column);

    /// <summary>Gives the statement back to its connection.</summary>
    public void Dispose()
    {
        _ = raw.sqlite3_reset(compiled);
        _ = raw.sqlite3_clear_bindings(compiled);
        store.GiveBack(sql, compiled);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) { throw store.Failure(result, sql); }
    }
}

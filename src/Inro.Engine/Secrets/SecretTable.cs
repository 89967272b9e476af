using Inro.Engine.Metadata;

namespace Inro.Engine.Secrets;

/// <summary>Rows of secrets. Every method belongs inside a transaction.</summary>
internal sealed class SecretTable(MetadataStore store)
{
    private const string Columns = "SELECT id, name, driver, created, updated, labels, options FROM secrets";

    /// <summary>Adds one; the name must be free.</summary>
    public void Insert(SecretRecord secret)
    {
        using Statement insert = store.Prepare("INSERT INTO secrets(id, name, driver, created, updated, labels, options) VALUES(?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(1, secret.Id);
        insert.Bind(2, secret.Name);
        insert.Bind(3, secret.Driver);
        insert.Bind(4, secret.CreatedNanoseconds);
        insert.Bind(5, secret.UpdatedNanoseconds);
        insert.Bind(6, StringMap.Write(secret.Labels));
        insert.Bind(7, StringMap.Write(secret.Options));
        insert.Run();
    }

    /// <summary>Takes one away; false where it is gone.</summary>
    public bool Delete(string id)
    {
        using Statement delete = store.Prepare("DELETE FROM secrets WHERE id = ? RETURNING id");
        delete.Bind(1, id);
        bool deleted = delete.Step();
        delete.Run();
        return deleted;
    }

    /// <summary>By its name, its id, or the beginning of the id that no other has.</summary>
    /// <exception cref="EngineException">InvalidArgument: several ids begin so.</exception>
    public SecretRecord? Find(string typed)
    {
        SecretRecord? found = null;
        foreach (SecretRecord secret in List())
        {
            if (secret.Name == typed || secret.Id == typed) { return secret; }

            if (typed.Length == 0 || !secret.Id.StartsWith(typed, StringComparison.Ordinal)) { continue; }

            found = found is null ? secret : throw new EngineException(ErrorCode.InvalidArgument, $"Multiple IDs found with provided prefix: {typed}", "give more digits of the id");
        }

        return found;
    }

    /// <summary>All, by name.</summary>
    public List<SecretRecord> List()
    {
        using Statement select = store.Prepare(Columns + " ORDER BY name");
        List<SecretRecord> found = [];
        while (select.Step())
        {
            found.Add(new SecretRecord
            {
                Id = select.Text(0),
                Name = select.Text(1),
                Driver = select.Text(2),
                CreatedNanoseconds = select.Number(3),
                UpdatedNanoseconds = select.Number(4),
                Labels = StringMap.Read(select.Text(5)),
                Options = StringMap.Read(select.Text(6)),
            });
        }

        return found;
    }
}

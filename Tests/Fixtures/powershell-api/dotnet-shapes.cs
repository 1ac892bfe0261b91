// Prints, for every type and member of dotnet-members.tsv, what that table does not say: bases, assembly, result types.
//   mcs -out:shapes.exe dotnet-shapes.cs && mono shapes.exe dotnet-members.tsv > dotnet-shapes.tsv
// Needs Debian's mono-mcs, mono-runtime and libmono-cil-dev. Only names of types and members are read.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

static class Shapes
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    static readonly string[] Assemblies = { "mscorlib", "System", "System.Core", "System.Xml", "System.Security", "System.Management",
        "System.DirectoryServices", "System.ServiceProcess", "System.Configuration.Install", "System.IO.Compression" };

    static string Full(Type t)
    {
        if (t.IsByRef) return Full(t.GetElementType());
        if (t.IsArray) return Full(t.GetElementType()) + "[]";
        if (t.IsGenericParameter) return "System.Object";
        var plain = t.IsGenericType ? t.GetGenericTypeDefinition() : t;
        return plain.FullName ?? t.Name;
    }

    static string Arguments(ParameterInfo[] parameters) { return "(" + string.Join(",", parameters.Select(p => p.ParameterType.Name)) + ")"; }
    static bool IsVariadic(ParameterInfo[] parameters)
    {
        return parameters.Length > 0 && parameters[parameters.Length - 1].IsDefined(typeof(ParamArrayAttribute), false);
    }

    static void Members(Type t, string name, ISet<string> wanted)
    {
        foreach (var c in t.GetConstructors(Declared).Where(c => !c.IsStatic)) Row(wanted, name, ".ctor" + Arguments(c.GetParameters()), name, IsVariadic(c.GetParameters()) ? "variadic" : "");
        foreach (var m in t.GetMethods(Declared)) Row(wanted, name, m.Name + Arguments(m.GetParameters()), Full(m.ReturnType), IsVariadic(m.GetParameters()) ? "variadic" : "");
        foreach (var p in t.GetProperties(Declared)) Row(wanted, name, p.Name, Full(p.PropertyType), p.GetIndexParameters().Length > 0 ? "indexer" : "");
        foreach (var f in t.GetFields(Declared)) Row(wanted, name, f.Name, Full(f.FieldType), "");
    }

    static readonly List<string> Rows = new List<string>();

    static void Row(ISet<string> wanted, string type, string member, string result, string note)
    {
        var saysNothing = note == "" && (result == "System.Void" || member.StartsWith(".ctor"));
        if (wanted.Remove(member) && !saysNothing) Rows.Add((type + "\t" + member + "\t" + result + "\t" + note).TrimEnd('\t'));
    }

    static void Main(string[] arguments)
    {
        var wanted = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(arguments[0]).Where(l => !l.StartsWith("#")))
        {
            var cells = line.Split('\t');
            if (!wanted.ContainsKey(cells[0])) wanted[cells[0]] = new HashSet<string>();
            if (cells[1] != "") wanted[cells[0]].Add(cells[1].Replace(" static", ""));
        }
        var loaded = Assemblies.Select(a => Assembly.LoadFrom("/usr/lib/mono/4.5/" + a + ".dll")).ToList();
        int missing = 0, unmatched = 0;
        foreach (var pair in wanted)
        {
            var type = loaded.Select(a => a.GetType(pair.Key)).FirstOrDefault(t => t != null);
            if (type == null) { missing++; Console.Error.WriteLine("no type " + pair.Key); continue; }
            var bases = new List<string>();
            for (var b = type.BaseType; b != null; b = b.BaseType) bases.Add(Full(b));
            bases.AddRange(type.GetInterfaces().Select(Full).OrderBy(n => n, StringComparer.Ordinal));
            var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static" : "class";
            Rows.Add(pair.Key + "\t\t" + string.Join(" ", bases) + "\t" + kind + " " + type.Assembly.GetName().Name);
            Members(type, pair.Key, pair.Value);
            unmatched += pair.Value.Count;
        }
        Rows.Sort(StringComparer.Ordinal);
        Console.WriteLine("# type\tmember (empty: the type itself)\tresult (for the type itself: its bases)\tnote (for the type itself: kind and assembly)");
        foreach (var row in Rows) Console.WriteLine(row);
        Console.Error.WriteLine(missing + " types and " + unmatched + " members without a shape");
    }
}

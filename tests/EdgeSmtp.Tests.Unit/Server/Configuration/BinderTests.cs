using System.Net;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

public sealed class BinderTests
{
    private readonly ConfigProblems _problems = new();

    [Fact]
    public void Bind_EveryKindOfValue_IsConverted()
    {
        BinderOptions options = Bind("""
            {
              "Name": "n", "Flag": true, "Colour": "green", "Delay": "00:00:15", "Limit": 7, "Weight": 1.5, "Delimiter": "-", "Address": "[::1]:25",
              "Networks": [ "192.0.2.0/24", "2001:db8::1" ], "Set": [ "10.0.0.0/8" ], "Names": [ "a", "b" ], "Words": [ "w" ],
              "Map": { "one": { "Count": 1 }, "two": {} }, "Inner": { "Count": 9 },
            }
            """);

        Assert.Empty(_problems.Errors);
        Assert.Equal("n", options.Name);
        Assert.True(options.Flag);
        Assert.Equal(Colour.Green, options.Colour);
        Assert.Equal(TimeSpan.FromSeconds(15), options.Delay);
        Assert.Equal(7, options.Limit);
        Assert.Equal(1.5, options.Weight);
        Assert.Equal('-', options.Delimiter);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 25), options.Address);
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::1/128")], options.Networks);
        Assert.True(options.Set.Contains(IPAddress.Parse("10.1.2.3")));
        Assert.Equal(["a", "b"], options.Names);
        Assert.Equal(["w"], options.Words);
        Assert.Equal(3, options.Map["two"].Count);
        Assert.Equal(9, options.Inner.Count);
    }

    [Fact]
    public void Bind_ManyFaults_ReportsAllOfThemAtOnce()
    {
        Bind("""
            {
              "Naem": "n",
              "Delay": "02:00:00",
              "Colour": "blue",
              "Inner": { "Count": 11 },
              "Map": { "x": { "Count": "many" } },
              "Networks": [ "192.0.2.1/24" ],
              "Address": "localhost:25",
              "Computed": "x",
            }
            """);

        Assert.Equal(
            [
                "f.json:1: Name: is required",
                "f.json:2: Naem: unknown option; did you mean 'Name'?",
                "f.json:3: Delay: 02:00:00 is out of range: 00:00:01 to 01:00:00",
                "f.json:4: Colour: must be one of Red, Green, not 'blue'",
                "f.json:5: Inner:Count: 11 is out of range: 1 to 10",
                "f.json:6: Map:x:Count: must be a whole number, not 'many'",
                "f.json:7: Networks:0: must be a network such as \"192.0.2.0/24\" (no bits set behind the prefix) or an address, not '192.0.2.1/24'",
                "f.json:8: Address: must be an address and port such as \"192.0.2.1:25\" or \"[::]:25\", not 'localhost:25'",
                "f.json:9: Computed: unknown option",
            ],
            _problems.Errors.Select(static problem => problem.ToString()));
    }

    [Theory]
    [InlineData("\"Delay\": \"6\"")]
    [InlineData("\"Delay\": \"-00:00:06\"")]
    [InlineData("\"Delay\": 6")]
    [InlineData("\"Colour\": \"1\"")]
    [InlineData("\"Colour\": 1")]
    [InlineData("\"Limit\": 1.5")]
    [InlineData("\"Limit\": 9223372036854775808")]
    [InlineData("\"Limit\": true")]
    [InlineData("\"Flag\": 1")]
    [InlineData("\"Flag\": \"yes\"")]
    [InlineData("\"Names\": [ 1 ]")]
    [InlineData("\"Delimiter\": \"--\"")]
    [InlineData("\"Address\": \"127.0.0.1\"")]
    [InlineData("\"Address\": \"25\"")]
    [InlineData("\"Address\": \"1:25\"")]
    [InlineData("\"Address\": \"::1:25\"")]
    [InlineData("\"Address\": \"127.0.0.1:65536\"")]
    [InlineData("\"Networks\": [ \"1\" ]")]
    [InlineData("\"Networks\": {}")]
    [InlineData("\"Networks\": null")]
    [InlineData("\"Map\": []")]
    [InlineData("\"Inner\": 5")]
    [InlineData("\"Names\": [ null ]")]
    [InlineData("\"Inner\": null")]
    public void Bind_ValueOfTheWrongForm_IsOneError(string member)
    {
        Bind($$"""{ "Name": "n", {{member}} }""");

        Assert.Single(_problems.Errors);
    }

    [Theory]
    [InlineData("\"Networks\": \"10.0.0.0/8\"")]
    [InlineData("\"Limit\": \"7\"")]
    [InlineData("\"Flag\": \"false\"")]
    [InlineData("\"Limit\": null")]
    [InlineData("\"Delimiter\": null")]
    [InlineData("\"Delay\": \"00:00:01\"")]
    [InlineData("\"Delay\": \"01:00:00\"")]
    public void Bind_ValueAtTheEdge_IsTaken(string member)
    {
        Bind($$"""{ "Name": "n", {{member}} }""");

        Assert.Empty(_problems.Errors);
    }

    [Fact]
    public void Bind_OptionsThatCheckThemselves_AreAskedOnceAllElseIsValid()
    {
        Bind("""{ "Name": "n", "Flag": true }""");
        Assert.Equal("f.json:1: Limit: is needed with Flag", Assert.Single(_problems.Errors).ToString());
    }

    [Fact]
    public void Bind_RequiredButNull_IsAnError()
    {
        Bind("""{ "Name": "" }""");
        Assert.Equal("f.json:1: Name: must not be empty", Assert.Single(_problems.Errors).ToString());
    }

    [Fact]
    public void Bind_TypeOfAnUnloadableAssembly_KeepsNothingAlive()
    {
        WeakReference assembly = BindCollectible();
        for (int i = 0; i < 10 && assembly.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(assembly.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference BindCollectible()
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("plugin"), AssemblyBuilderAccess.RunAndCollect);
        TypeBuilder type = assembly.DefineDynamicModule("plugin").DefineType("Options", TypeAttributes.Public);
        FieldBuilder field = type.DefineField("_zone", typeof(int), FieldAttributes.Private);
        PropertyBuilder property = type.DefineProperty("Zone", PropertyAttributes.None, typeof(int), null);
        MethodBuilder get = type.DefineMethod("get_Zone", MethodAttributes.Public, typeof(int), Type.EmptyTypes);
        ILGenerator il = get.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);
        MethodBuilder set = type.DefineMethod("set_Zone", MethodAttributes.Public, null, [typeof(int)]);
        il = set.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        property.SetGetMethod(get);
        property.SetSetMethod(set);
        property.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(System.ComponentModel.DataAnnotations.RangeAttribute).GetConstructor([typeof(int), typeof(int)])!, [1, 10]));
        Type options = type.CreateType();

        ConfigProblems problems = new();
        object bound = new ConfigBinder(problems).Bind(options, Parse("""{ "Zone": 11 }""", problems));
        Assert.Single(problems.Errors);
        Assert.Equal(11, options.GetProperty("Zone")!.GetValue(bound));
        return new WeakReference(options);
    }

    private static ConfigObject Parse(string text, ConfigProblems problems) => new JsonConfigReader(problems, EnvironmentVariables.Process).Read("f.json", Encoding.UTF8.GetBytes(text))!;

    private BinderOptions Bind(string text) => new ConfigBinder(_problems).Bind<BinderOptions>(Parse(text, _problems));
}

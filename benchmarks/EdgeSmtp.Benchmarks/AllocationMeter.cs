using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace EdgeSmtp.Benchmarks;

/// <summary>
/// Bytes that each benchmark allocates on the calling thread, without BenchmarkDotNet: exact, in seconds, and so fit for a gate. What needs a disk or another thread is left out
/// (<see cref="SkippedCategory"/>).
/// </summary>
public static class AllocationMeter
{
    /// <summary>Category of benchmarks whose allocations say nothing, because other threads do the work.</summary>
    public const string SkippedCategory = "other-threads";

    private const int Calls = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Every benchmark that is measured, with its parameters: <c>DataDecoderBenchmarks.Decode(Bytes=4096)</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All().Select(static found => found.Name).Order(StringComparer.Ordinal)];

    /// <summary>Bytes of one call in steady state. The JIT gets there in steps, and its better code allocates less, so the least of many rounds counts.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="enough">When so few are seen, there is no need to go on; else it ends when there has been no better round for four seconds.</param>
    public static long Measure(string name, long enough = -1)
    {
        (string _, MethodInfo method, PropertyInfo? parameter, object? value) = All().First(found => found.Name == name);
        object instance = Activator.CreateInstance(method.DeclaringType!)!;
        parameter?.SetValue(instance, value);
        Run<GlobalSetupAttribute>(instance);
        try
        {
            Action<int> loop = LoopOf(instance, method);
            loop(Calls);
            long least = long.MaxValue;
            long last = Stopwatch.GetTimestamp();
            while (least > enough && Stopwatch.GetElapsedTime(last) < Patience)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                loop(Calls);
                long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
                if (bytes < least)
                {
                    least = bytes;
                    last = Stopwatch.GetTimestamp();
                }
            }

            return least;
        }
        finally
        {
            Run<GlobalCleanupAttribute>(instance);
        }
    }

    private static IEnumerable<(string Name, MethodInfo Method, PropertyInfo? Parameter, object? Value)> All()
    {
        foreach (Type type in typeof(AllocationMeter).Assembly.GetExportedTypes().Where(static type => type.IsDefined(typeof(MemoryDiagnoserAttribute)) && !IsSkipped(type)))
        {
            PropertyInfo? parameter = type.GetProperties().SingleOrDefault(static property => property.IsDefined(typeof(ParamsAttribute)));
            object?[] values = parameter?.GetCustomAttribute<ParamsAttribute>()!.Values ?? [null];
            foreach (MethodInfo method in type.GetMethods().Where(static method => method.IsDefined(typeof(BenchmarkAttribute)) && !IsSkipped(method)))
            {
                foreach (object? value in values)
                {
                    string suffix = parameter is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"({parameter.Name}={value})");
                    yield return ($"{type.Name}.{method.Name}{suffix}", method, parameter, value);
                }
            }
        }
    }

    private static bool IsSkipped(MemberInfo member) => member.GetCustomAttribute<BenchmarkCategoryAttribute>()?.Categories.Contains(SkippedCategory) == true;

    private static void Run<T>(object instance)
        where T : Attribute
    {
        object? result = instance.GetType().GetMethods().SingleOrDefault(static method => method.IsDefined(typeof(T)))?.Invoke(instance, null);
        (result as Task ?? (result is ValueTask pending ? pending.AsTask() : Task.CompletedTask)).GetAwaiter().GetResult();
    }

    /// <summary>Calls the benchmark so often, without reflection in between.</summary>
    private static Action<int> LoopOf(object instance, MethodInfo method)
    {
        Type result = method.ReturnType;
        if (result == typeof(void))
        {
            Action call = method.CreateDelegate<Action>(instance);
            return count => Repeat(count, call);
        }

        if (result == typeof(ValueTask))
        {
            Func<ValueTask> call = method.CreateDelegate<Func<ValueTask>>(instance);
            return count => Repeat(count, () =>
            {
                ValueTask pending = call();
                if (!pending.IsCompletedSuccessfully)
                {
                    pending.AsTask().GetAwaiter().GetResult();
                }
            });
        }

        bool isGeneric = result.IsGenericType && (result.GetGenericTypeDefinition() == typeof(ValueTask<>) || result.GetGenericTypeDefinition() == typeof(Task<>));
        string name = result == typeof(Task) ? nameof(LoopTask) : !isGeneric ? nameof(Loop) : result.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(LoopTaskOf) : nameof(LoopValueTaskOf);
        MethodInfo loop = typeof(AllocationMeter).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
        loop = loop.IsGenericMethodDefinition ? loop.MakeGenericMethod(isGeneric ? result.GetGenericArguments()[0] : result) : loop;
        return (Action<int>)loop.Invoke(null, [instance, method])!;
    }

    private static Action<int> Loop<T>(object instance, MethodInfo method)
    {
        Func<T> call = method.CreateDelegate<Func<T>>(instance);
        return count => Repeat(count, () => call());
    }

    private static Action<int> LoopTask(object instance, MethodInfo method)
    {
        Func<Task> call = method.CreateDelegate<Func<Task>>(instance);
        return count => Repeat(count, () => call().GetAwaiter().GetResult());
    }

    private static Action<int> LoopTaskOf<T>(object instance, MethodInfo method)
    {
        Func<Task<T>> call = method.CreateDelegate<Func<Task<T>>>(instance);
        return count => Repeat(count, () => call().GetAwaiter().GetResult());
    }

    private static Action<int> LoopValueTaskOf<T>(object instance, MethodInfo method)
    {
        Func<ValueTask<T>> call = method.CreateDelegate<Func<ValueTask<T>>>(instance);
        return count => Repeat(count, () =>
        {
            ValueTask<T> pending = call();
            if (!pending.IsCompletedSuccessfully)
            {
                pending.AsTask().GetAwaiter().GetResult();
            }
            else
            {
                _ = pending.Result;
            }
        });
    }

    private static void Repeat(int count, Action call)
    {
        for (int i = 0; i < count; i++)
        {
            call();
        }
    }
}

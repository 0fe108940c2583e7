using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Snapshots;
using EdgeSmtp.Queue.Store;
using EdgeSmtp.Queue.Workers;

namespace EdgeSmtp.Queue.Reclaim;

/// <summary>Keeps the disk in order beside the committer: frees, makes and compacts segments, and takes index snapshots.</summary>
internal sealed class Janitor : QueueWorker
{
    private const int RetryMilliseconds = 1000;
    private const int CalmMilliseconds = 10_000;
    private readonly QueueContext _context;
    private readonly SnapshotWriter _snapshots;
    private readonly SegmentMaker _maker;
    private readonly SegmentReclaimer _reclaimer;
    private readonly Compactor _compactor;
    private long _noSnapshotBefore;
    private bool _snapshotWanted;

    /// <summary>Creates the janitor.</summary>
    /// <param name="context">Its store.</param>
    /// <param name="snapshots">Writes snapshots.</param>
    /// <param name="snapshotWanted">Whether recovery replayed anything: the next start need not do it again.</param>
    public Janitor(QueueContext context, SnapshotWriter snapshots, bool snapshotWanted)
        : base("edgesmtp-janitor")
    {
        _context = context;
        _snapshots = snapshots;
        _snapshotWanted = snapshotWanted;
        _maker = new SegmentMaker(context);
        _reclaimer = new SegmentReclaimer(context, snapshots);
        _compactor = new Compactor(context);
    }

    /// <inheritdoc />
    protected override int IdleMilliseconds => _context.State.Health == StoreHealth.Full || FreeCount < _context.Options.SegmentsAhead ? RetryMilliseconds : CalmMilliseconds;

    private int FreeCount
    {
        get
        {
            lock (_context.State.Gate)
            {
                return _context.State.Segments.FreeCount;
            }
        }
    }

    /// <inheritdoc />
    public override bool Step()
    {
        if (_context.State.Health is StoreHealth.Failed)
        {
            return false;
        }

        bool worked = TrySnapshot() || _reclaimer.TryFree() || _maker.TryMake();
        if (worked)
        {
            NoticeSpace();
            return true;
        }

        bool pressure = _context.State.Health == StoreHealth.Full || FreeCount == 0;
        worked = _compactor.Step(pressure);
        NoticeSpace();
        return worked;
    }

    /// <summary>Makes the first segments, so that the first commit finds one.</summary>
    public void Prepare()
    {
        _snapshots.Prepare();
        while (_maker.TryMake())
        {
        }
    }

    /// <inheritdoc />
    protected override void OnFault(Exception error) => _context.Fail(error);

    private bool TrySnapshot()
    {
        ulong lsn;
        ulong epoch;
        lock (_context.State.Gate)
        {
            lsn = _context.State.Durable.Lsn;
            epoch = _context.State.Durable.Epoch;
        }

        if (lsn == _snapshots.CoveredLsn || _context.Now < _noSnapshotBefore || !IsDue(epoch))
        {
            return false;
        }

        if (!_snapshots.TryWrite(isClean: false))
        {
            _noSnapshotBefore = _context.Now + RetryMilliseconds;
            return false;
        }

        _snapshotWanted = false;
        return true;
    }

    /// <summary>At a roll, once as much journal was written as a snapshot costs; or when dead segments wait for nothing else and space is wanted.</summary>
    private bool IsDue(ulong epoch) =>
        _snapshotWanted
        || (epoch > _snapshots.Epoch && (long)Math.Min(epoch - _snapshots.Epoch, 1 << 20) * _context.Options.SegmentBytes >= _snapshots.Bytes)
        || (FreeCount < _context.Options.SegmentsAhead && _reclaimer.WaitsForSnapshot);

    private void NoticeSpace()
    {
        if (_context.State.Health == StoreHealth.Full
            && FreeCount > 1
            && (!_context.LacksBodySpace || _context.Files.AvailableBytes(_context.Paths.Directory) >= _context.Options.SegmentBytes))
        {
            _context.ReportSpace();
        }
    }
}

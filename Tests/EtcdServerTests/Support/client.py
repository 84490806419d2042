# Drives etcd's services by the Python client etcd3 and prints what comes back, without what differs from server to server.
# Usage: python client.py PORT
import io
import sys
import threading

import etcd3
from etcd3.exceptions import Etcd3Exception

client = etcd3.client(host="127.0.0.1", port=int(sys.argv[1]), timeout=20)


def show(what, *values):
    print(what, *values, sep="|", flush=True)


def pair(result):
    value, meta = result
    if meta is None:
        return (value,)
    return value, meta.key, meta.create_revision, meta.mod_revision, meta.version


def refused(what, call):
    """Shows what a call fails with."""
    try:
        show(what, "done", call())
    except Exception as error:  # Some are gRPC's own.
        code = getattr(error, "code", lambda: "")()
        show(what, type(error).__name__, code, getattr(error, "details", lambda: "")())


# Keys.
show("missing", pair(client.get("missing")))
for index in range(5):
    client.put("key/%d" % index, "value %d" % index)
show("get", pair(client.get("key/1")))
show("serializable", pair(client.get("key/1", serializable=True)))
show("prefix", [pair(item) for item in client.get_prefix("key/")])
show("descending", [item[0] for item in client.get_prefix("key/", sort_order="descend", sort_target="mod")])
show("keys only", [item[1].key for item in client.get_prefix("key/", keys_only=True)])
show("range", [item[0] for item in client.get_range("key/1", "key/3")])
show("all", len(list(client.get_all())))
for target in ["key", "version", "create", "mod", "value"]:
    for order in ["ascend", "descend"]:
        items = client.get_prefix("key/", sort_order=order, sort_target=target)
        show("sorted", target, order, [meta.key for _, meta in items])
show("all sorted", [meta.key for _, meta in client.get_all(sort_order="descend", sort_target="create")])
show("range sorted", [value for value, _ in client.get_range("key/1", "key/4", sort_order="descend")])
response = client.get_range_response("key/", "key0", limit=2)
show("limit", len(response.kvs), response.more, response.count, response.header.revision)
response = client.get_prefix_response("key/", count_only=True)
show("count", len(response.kvs), response.count)
show("header", client.get_response("key/1").header.revision, client.get("key/1")[1].response_header.revision)
refused("no key", lambda: client.put("", "x"))
refused("no lease", lambda: client.put("x", "x", lease=4711))
show("previous", client.put("key/1", "new", prev_kv=True).prev_kv.value)
show("replace", client.replace("key/1", "new", "newer"), client.replace("key/1", "new", "newest"))
show("if absent", client.put_if_not_exists("key/9", "x"), client.put_if_not_exists("key/9", "y"))
show("delete", client.delete("key/9"), client.delete("key/9"))
show("delete prefix", client.delete_prefix("key/4").deleted)

# Transactions.
transactions = client.transactions
succeeded, responses = client.transaction(
    compare=[transactions.value("key/1") == "newer", transactions.version("key/2") > 0],
    success=[transactions.put("key/1", "done"), transactions.get("key/1"), transactions.delete("key/3")],
    failure=[transactions.get("key/2")],
)
show("transaction", succeeded, [type(response).__name__ for response in responses])
succeeded, responses = client.transaction(
    compare=[transactions.create("key/1") == 0], success=[], failure=[transactions.get("key/1")]
)
show("else", succeeded, [pair(item) for item in responses[0]])
nested = client.transactions.txn(
    compare=[transactions.version("none") == 0], success=[transactions.put("nested", "1")], failure=[]
)
show("nested", client.transaction(compare=[], success=[nested], failure=[])[0])

first, second = client.transaction(
    compare=[
        transactions.value("key/1") != "other", transactions.mod("key/1") > 1, transactions.version("key/1") < 99,
        transactions.create("missing") == 0,
    ],
    success=[
        transactions.put("tx/a", "1", prev_kv=True), transactions.put("tx/b", "2"), transactions.get("tx/", range_end="tx0"),
        client.transactions.txn(
            compare=[transactions.value("tx/a") == "1"],
            success=[transactions.put("tx/inner", "then")],
            failure=[transactions.put("tx/inner", "else"), transactions.get("tx/a")],
        ),
        transactions.delete("key/2", prev_kv=True),
    ],
    failure=[],
)
show("deep", first, [type(response).__name__ for response in second], [pair(item) for item in second[2]], client.get("tx/inner")[0])
refused("twice", lambda: client.transaction([], [transactions.put("t", "1"), transactions.put("t", "2")], []))
refused("too many", lambda: client.transaction([], [transactions.put("t%d" % number, "1") for number in range(129)], []))

# Watches.
events, cancel = client.watch_prefix("watched/", prev_kv=True)
client.put("watched/a", "1")
client.put("watched/a", "2")
client.delete("watched/a")
for _ in range(3):
    event = next(events)
    show("event", type(event).__name__, event.key, event.value, event.prev_value, event.version)
cancel()
start = client.get("key/1")[1].create_revision
events, cancel = client.watch("key/1", start_revision=start)
show("from", [next(events).value for _ in range(2)])
cancel()
# One is cancelled, and the others on the stream go on.
iterators = [client.watch_prefix("many/%d/" % number) for number in range(3)]
client.put("many/0/a", "1")
show("many", next(iterators[0][0]).value)
iterators[0][1]()
client.put("many/0/b", "not heard")
client.put("many/1/a", "2")
client.put("many/2/a", "3")
show("others", next(iterators[1][0]).value, next(iterators[2][0]).value, list(iterators[0][0]))
for _, cancel in iterators[1:]:
    cancel()
responses, cancel = client.watch_response("key/", range_end="key0", start_revision=2)
response = next(responses)
show("response", [event.key for event in response.events][:4], response.header.revision >= 5)
cancel()
events, cancel = client.watch("silent", progress_notify=True)
client.delete("silent")
client.put("silent", "1")
show("silent", next(events).value)
cancel()
threading.Timer(0.1, lambda: client.put("once/a", "x")).start()
show("once", client.watch_prefix_once("once/", timeout=20).value)
refused("never", lambda: client.watch_once("never", timeout=0.1))
seen = threading.Event()
watch = client.add_watch_callback("called", lambda response: seen.set())
client.put("called", "x")
show("callback", seen.wait(20))
client.cancel_watch(watch)

# Leases.
lease = client.lease(100)
client.put("leased", "x", lease)
show("lease", lease.granted_ttl, 0 < lease.remaining_ttl <= 100, lease.keys)
show("keep alive", [response.TTL for response in lease.refresh()])
lease.revoke()
show("revoked", pair(client.get("leased")))

lease = client.lease(50, lease_id=4711)
client.put("leased/a", "x", lease)
client.put("leased/b", "x", lease.id)
info = client.get_lease_info(4711)
show("info", lease.id, info.grantedTTL, sorted(info.keys))
refused("same lease", lambda: client.lease(50, lease_id=4711))
events, cancel = client.watch_prefix("leased/")
client.revoke_lease(4711)
show("ended", sorted([(type(event).__name__, event.key) for event in [next(events), next(events)]]))
cancel()
refused("no such lease", lambda: client.revoke_lease(4711))
show("refreshed", [response.TTL for response in client.refresh_lease(4711)], client.get_lease_info(4711).TTL)
short = client.lease(2)
client.put("short", "x", short)
events, cancel = client.watch("short")
show("expired", type(next(events)).__name__, client.get("short")[0])
cancel()

# Locks.
with client.lock("with", ttl=30) as held:
    show("with", held.is_acquired(), [response.TTL for response in held.refresh()])
show("without", held.is_acquired())
first = client.lock("passed", ttl=30)
first.acquire()
passed = []


def wait():
    waiting = client.lock("passed", ttl=30)
    passed.append(waiting.acquire(timeout=20))
    passed.append(waiting.release())


thread = threading.Thread(target=wait)
thread.start()
before = list(passed)
show("passing", before, first.release())
thread.join(20)
show("passed", passed)
lock = client.lock("lock", ttl=30)
show("acquired", lock.acquire(timeout=20), lock.is_acquired())
other = client.lock("lock", ttl=30)
show("held", other.acquire(timeout=0))
show("released", lock.release(), other.acquire(timeout=20), other.release())

# The server.
show("members", len(list(client.members)))
member = list(client.members)[0]
show("member", len(member.client_urls), len(member.peer_urls))
show("updated", client.update_member(member.id, ["http://127.0.0.1:12380"]), list(list(client.members)[0].peer_urls))
refused("remove", lambda: client.remove_member(4711))
refused("remove itself", lambda: client.remove_member(member.id))
refused("update", lambda: client.update_member(4711, ["http://127.0.0.1:12380"]))
refused("bad", lambda: client.update_member(member.id, ["nowhere"]))
snapshot = io.BytesIO()
client.snapshot(snapshot)
show("snapshot", len(snapshot.getvalue()) % 512)
status = client.status()
show("version", status.version.split(".")[0], status.raft_term, status.raft_index > 0, status.leader.id == member.id)
show("status", status.leader is not None, status.db_size > 0)
show("hash", client.hash() >= 0)
show("alarms", list(client.list_alarms()))
show("create", [len(client.create_alarm()), len(list(client.list_alarms())), len(client.disarm_alarm()), len(list(client.list_alarms()))])
client.compact(client.get("key/1")[1].mod_revision)
try:
    list(client.watch("key/1", start_revision=2)[0])
except Etcd3Exception as error:
    show("compacted", type(error).__name__, error.compacted_revision == client.get("key/1")[1].mod_revision)
newest = client.get_response("key/1").header.revision
client.compact(newest, physical=True)
refused("compacted again", lambda: client.compact(newest))
refused("compacted later", lambda: client.compact(newest + 5))
client.defragment()
show("defragmented", client.get("key/1")[0], client.hash() >= 0)
show("end")
client.close()

# Drives etcd's services by the Python client etcd3 and prints what comes back, without what differs from server to server.
# Usage: python client.py PORT
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

# Locks.
lock = client.lock("lock", ttl=30)
show("acquired", lock.acquire(timeout=20), lock.is_acquired())
other = client.lock("lock", ttl=30)
show("held", other.acquire(timeout=0))
show("released", lock.release(), other.acquire(timeout=20), other.release())

# The server.
show("members", len(list(client.members)))
status = client.status()
show("status", status.leader is not None, status.db_size > 0)
show("hash", client.hash() >= 0)
show("alarms", list(client.list_alarms()))
show("create", [len(client.create_alarm()), len(list(client.list_alarms())), len(client.disarm_alarm()), len(list(client.list_alarms()))])
client.compact(client.get("key/1")[1].mod_revision)
try:
    client.get_response("key/1", revision=2) if False else list(client.watch("key/1", start_revision=2)[0])
except Etcd3Exception as error:
    show("compacted", type(error).__name__)
client.defragment()
show("end")
client.close()

"""Somebody else on the broker, who speaks Celery: `send` as a producer, `watch` as those who look on, and, under
`celery worker`, a worker of its own. The environment names the broker (BROKER_URL) and the queues."""

import json
import os
import sys

import celery

app = celery.Celery("outsider", broker=os.environ["BROKER_URL"])
app.conf.task_default_queue = os.environ["OWN_QUEUE"]
app.conf.broker_connection_retry_on_startup = True


@app.task(name="wallet_update")
def wallet_update(user_id):
    """Ours in name only: writes down what it is told to look at."""
    with open(os.environ["NOTES"], "a", encoding="utf-8") as notes:
        notes.write(json.dumps({"user_id": user_id, "id": wallet_update.request.id}) + "\n")


def send(tasks):
    """Sends each line of JSON: a name, and what `send_task` takes."""
    for line in tasks:
        task = json.loads(line)
        name = task.pop("name")
        print(app.send_task(name, queue=os.environ["QUEUE"], **task).id, flush=True)


def watch():
    """Prints what Celery's own picture of its workers is told, and what it makes of it."""
    state = app.events.State()

    def note(event):
        state.event(event)
        told = {key: event.get(key) for key in ("type", "hostname", "uuid", "exception")}
        if event.get("uuid") in state.tasks:
            task = state.tasks[event["uuid"]]
            told |= {"name": task.name, "state": task.state}
        elif event["hostname"] in state.workers:
            told["alive"] = state.workers[event["hostname"]].alive
        print(json.dumps(told), flush=True)

    with app.connection() as connection:
        receiver = app.events.Receiver(connection, handlers={"*": note})
        print("{}", flush=True)
        receiver.capture(limit=None, timeout=None, wakeup=False)


if __name__ == "__main__":
    if sys.argv[1] == "send":
        send(sys.stdin)
    elif sys.argv[1] == "watch":
        watch()
    else:
        sys.exit(f"{sys.argv[1]}: send or watch")

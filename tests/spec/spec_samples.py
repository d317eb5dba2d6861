"""Specs that must be accepted, shared by the tests of the reader, the schema and the upgrade."""

FULL = """\
version: 1
app: orders                       # the package
model: Order
imports:
  - from core.search import update_index
celery_tasks:
  - name: send_order_confirmation_email
    args: [order_id]
    retries: 3
  - name: send_push_notification
    app: notifications
handlers:
  - name: on_order_saved
    signal: post_save
    model: Order
    description: Tell the customer about the order.
    when: instance.total > 0
    on_create: |
      send_order_confirmation_email.delay(str(instance.id))
    on_update: |
      if instance.tracker.has_changed("status"):
          send_order_status_update.delay(str(instance.id))
  - name: sync_tag_count
    signal: m2m_changed
    model: Product
    field: tags
    on_add: ...
    on_remove: ...
    on_clear: ...
  - name: cleanup_order_data
    signal: post_delete
    implementation: |
      cache.delete(f"user_orders:{instance.user_id}")
signals:
  - name: payment_completed
    description: Sent when a payment has been settled.
    sender: Payment
    args: {payment: Payment, amount: Decimal, transaction_id: str}
    handlers:
      - name: send_receipt
        body: ...
"""

ACCEPTED = [
    FULL,
    "app: orders",
    "version: 1\napp: shop.apps.orders\ntyped: yes\ntask_backend: django\nhandlers:\nsignals: []\ntasks:\nimports:\n",
    "app: o\nimports: import a\n",
    "app: o\nimports:\n- from a import b\n- |\n  import c\n  import d\n",
    "app: o\ntasks:\n- name: t\n  args: 'a, b: int'\n  retries: 3\n  backoff: no\n  queue: 7\n  description: 3.5\n  app: other.app\n",
    "app: o\ncelery_tasks: [{name: t, args: [a, 'b: int', c: str]}, {name: u, args: {a: int, b: }}, {name: v, args: }]\n",
    "app: o\nmodel: Order\nhandlers:\n- name: on\n  signal: [post_save, a.b.c]\n  body: 3\n  when: True\n",
    "app: o\nhandlers:\n- {name: é, signal: post_save, model: auth.User, on_create: x, on_change: {yes: x}, update_fields: a}\n",
    (
        "app: o\nhandlers:\n- name: a\n  signal: post_save\n  models: [A, B]\n  raw: skip\n  enqueue:\n  - t\n  - {task: u, on: create, args: [1, x.y, True, 2.5]}\n"
        "  - {task: w, args: x}\n  - {task: y, args: }\n  after_commit: x\n  defer_tasks: off\n  on_error: log\n  async: on\n  dispatch_uid: a b\n  recursion: guarded\n  id: 12\n"
    ),
    "app: o\nhandlers:\n- {name: a, signal: m2m_changed, model: P, field: tags, on_add: x, on_remove: x, on_clear: x, enqueue: {task: t, on: pre_add}}\n",
    "app: o\nsignals:\n- name: s\n  description: |\n    text\n  sender: settings.AUTH_USER_MODEL\n  args: a\n  send: asend_robust\n  handlers:\n  - {name: h, body: x}\n",
    (
        "input:\n  APP_NAME: o\n  MODEL_NAME: Order\n  CELERY_TASKS: [{name: t, app: o}, {NAME: u}]\n  HANDLERS:\n  - {name: a, signal: post_save, on_create: x}\n"
        "  - {NAME: b, SIGNAL: post_save, MODEL: Order, ON_CREATE: x, ON_UPDATE: y}\n  - {name: c, signal: pre_save, IMPLEMENTATION: x}\n"
    ),
    "input: {app: o, handlers: [], signals: [{NAME: s, HANDLERS: [{name: h, body: x}]}]}",
]

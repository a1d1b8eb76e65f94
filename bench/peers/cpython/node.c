/* The types of nodes: what the collector and a death ask of them. */
#include "bench/peers/cpython/node.h"

static size_t fields_of(const struct node *node)
{
    size_t bytes = (size_t)Py_TYPE(&node->ob_base)->tp_basicsize;
    return (bytes - sizeof(struct node)) / sizeof(node->fields[0]);
}

static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    const struct node *node = (const struct node *)self;
    size_t n = fields_of(node);
    for (size_t i = 0; i < n; i++)
        Py_VISIT(node->fields[i]);
    return 0;
}

static int node_clear(PyObject *self)
{
    struct node *node = (struct node *)self;
    size_t n = fields_of(node);
    for (size_t i = 0; i < n; i++)
        Py_CLEAR(node->fields[i]);
    return 0;
}

static void node_dealloc(PyObject *self)
{
    struct node *node = (struct node *)self;
    size_t n = fields_of(node);
    PyObject_GC_UnTrack(self);
    for (size_t i = 0; i < n; i++)
        Py_XDECREF(node->fields[i]);
    PyObject_GC_Del(self);
}

/* The initialiser of the first member is a macro that ends in a comma. */
/* clang-format off */
#define NODE_TYPE(n, name)                                                                         \
    [n] = {                                                                                        \
        PyVarObject_HEAD_INIT(NULL, 0)                                                             \
        .tp_name = (name),                                                                         \
        .tp_basicsize = sizeof(struct node) + (n) * sizeof(PyObject *),                            \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                       \
        .tp_traverse = node_traverse,                                                              \
        .tp_clear = node_clear,                                                                    \
        .tp_dealloc = node_dealloc,                                                                \
    }
/* clang-format on */

PyTypeObject node_types[NODE_FIELDS_MAX + 1] = {
    NODE_TYPE(1, "refbench.Box"), NODE_TYPE(2, "refbench.Link"), NODE_TYPE(3, "refbench.Node")};

bool node_start(void)
{
    bool ok = true;
    for (unsigned n = 1; ok && n <= NODE_FIELDS_MAX; n++)
        ok = PyType_Ready(&node_types[n]) == 0;
    return ok;
}

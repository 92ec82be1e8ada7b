from migrator.rules._page import examples

PAGE = """Title.

## Examples

### Two files

```python before a.py
x = 1
```

```python before
y = 1
```

```python after a.py
x = 2
```

```python after
y = 2
```

## Left alone

### Nothing to do

```python unchanged
z = 1
```

```text
not an example
```

### Something to report

```python left
w = 1
```
"""


def test_files_have_names_and_a_default():
    two, _, _ = examples(PAGE)
    assert two.title == "Two files"
    assert two.before == {"a.py": "x = 1\n", "app.py": "y = 1\n"}
    assert two.after == {"a.py": "x = 2\n", "app.py": "y = 2\n"}
    assert not two.unchanged


def test_unchanged_and_left_stay_as_they_are():
    _, unchanged, left = examples(PAGE)
    assert unchanged.unchanged
    assert not unchanged.left
    assert left.unchanged
    assert left.left == {"app.py"}

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · Vanishing and exploding gradients
#
# After this chapter you can say from the weights alone whether a recurrent network will forget its
# past, keep it or be torn apart by it, and you know what clipping and initialisation mend and what
# they leave as it was.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=6)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf

from course_utils.experiments import ch06_vanishing_and_exploding as experiment
from course_utils.plots import clipping, gradient_growth, gradients
from course_utils.plots.interactive import slider
from course_utils.progress import progress
from course_utils.recurrent import copy_task, random_networks
from course_utils.recurrent.pushes import pushes
from course_utils.recurrent.two_lengths import two_lengths

# %% [markdown]
# ## The question
#
# Let a pendulum go at some angle. Let a second one go at almost the same angle. After ten seconds,
# how far are the two apart? It depends on the pendulum. With friction both come to rest, and the
# difference is *forgotten*. Without friction both swing for ever, and the difference stays.
# Balanced on its tip, a pendulum makes the smallest difference *grow*.
#
# We integrate the equation of motion $\ddot\theta = -\sin\theta - c\,\dot\theta$ for three
# pendulums (the unit of time is such that a small swing takes $2\pi$ s). Each starts twice, a
# millionth of a radian apart.

# %% tags=["experiment"]
SECONDS, APART = 12.0, 1e-6
pendulums = {  # the angle at the start (radians), the friction c
    "on its tip": (np.pi, 0.0),
    "hanging, no friction": (0.1, 0.0),
    "hanging, with friction": (0.1, 1.0),
}
clock, sizes = pushes(pendulums, SECONDS, APART)
gradient_growth.pushes(clock, sizes)
plt.show()
left = {name: size[-1] for name, size in sizes.items()}
for name, size in left.items():
    print(f"{name}: after {SECONDS:.0f} s the difference is ~{size:.1e} of what it was.")
print("The naive guess, that it stays as it was, is off by a factor of")
print(f"~{max(left.values()):.0e} for the first and of ~{1 / min(left.values()):.0e} for the last.")

# %% [markdown]
# A recurrent network is such a system. Its state $h_t = f(h_{t-1}, x_t)$ goes from step to step,
# and the curve above is the size of $\partial h_T/\partial h_0$: how much the state at the end
# depends on the state at the start. Chapter 5 showed that *learning* goes through the same
# number. The loss at step $T$ reaches the weights' use at step 1 only through
# $\partial h_T/\partial h_1$. **What decides whether that number is tiny, of about size 1, or
# huge, and what can we do about it?**
#
# ## The idea: a product of T factors
#
# The chain rule writes the derivative over $T$ steps as a product, one **Jacobian** for each step.
# (A Jacobian is the matrix of all derivatives of a vector by a vector.)
#
# $$\frac{\partial h_T}{\partial h_0} = J_T\,J_{T-1}\cdots J_1, \qquad
# J_t = \frac{\partial h_t}{\partial h_{t-1}} .$$
#
# On its way back through time the gradient meets each factor once.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 2))
gradients.chain(ax)
plt.show()
print("States go to the right. The gradient goes to the left, with one factor more at each step.")

# %% [markdown]
# Begin with the smallest network there is: one unit, no input, no activation,
#
# $$h_t = w\,h_{t-1}, \qquad\text{so}\qquad \frac{\partial h_T}{\partial h_0} = w^T .$$
#
# Commit to an answer before you compute anything.

# %% tags=["predict"]
half_guess = predict(
    "minus-half",
    "The weight is w = −0.5. What does the gradient do over 100 steps?",
    {
        "a": "it vanishes: it alternates in sign, but gets smaller and smaller",
        "b": "it alternates between two values, because w is negative",
        "c": "it explodes towards minus infinity, because w is below zero",
    },
    choice=None,
)

# %% [markdown]
# ## Exercise 1: the scalar gradient
#
# Mind what a large weight does. A number above about $10^{308}$ does not fit in a float64. Python's
# own floats then raise an error; NumPy's become infinite, and that is what we want here.


# %% tags=["exercise"] exercise="scalar_gradient"
def scalar_gradient(w, steps):
    """The derivative of h_T by h_0, where h <- w h at each step. (8 minutes, difficulty 1 of 3)

    Args:
        w: a number, or an array of any shape: then each of its numbers is a network of its own.
        steps: T, how often h is multiplied, at least 1. A ValueError that names `steps` where it
            is negative; you may refuse 0 as well.

    Returns:
        The gradient, a number or an array of w's shape. What is too large for a float is infinite
        (inf or -inf), not an error.

    Example:
        scalar_gradient(-2.0, 3) gives -8.0, and scalar_gradient(10.0, 400) gives inf.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    with np.errstate(over="ignore"):
        return np.float64(w) ** steps
    ### END SOLUTION


# %% tags=["check"] exercise="scalar_gradient"
check("scalar_gradient", scalar_gradient)

# %% [markdown]
# ## Exercise 2: name the regimes
#
# The lectures know three cases: $|w| < 1$, $|w| = 1$ and $|w| > 1$, and leave $w = -1$ open. Say
# precisely what each number does.


# %% tags=["exercise"] exercise="regime"
def regime(w):
    """What the gradient of h <- w h does over many steps. (5 minutes, difficulty 1 of 3)

    Args:
        w: a number.

    Returns:
        One of four strings: "vanishes" where it goes to 0, "constant" where it stays as it is,
        "alternates" where it keeps its size and changes its sign at each step for ever,
        "explodes" where its size grows without end.

    Example:
        regime(0.999) gives "vanishes": it only takes longer.
    """
    ### BEGIN SOLUTION
    if abs(w) == 1:
        return "constant" if w > 0 else "alternates"
    return "vanishes" if abs(w) < 1 else "explodes"
    ### END SOLUTION


# %% tags=["check"] exercise="regime"
check("regime", regime)

# %% tags=["experiment"]
if solved("scalar_gradient", "regime"):
    weights = [0.9, 1.0, 1.1, -0.5, -1.0, -1.1]
    curves = {w: [float(scalar_gradient(w, T)) for T in range(1, 41)] for w in weights}
    gradient_growth.regimes(curves, {w: str(regime(w)) for w in weights})
    plt.show()
    for w in weights:
        print(f"w = {w}: {curves[w][-1]:.3g} after 40 steps ({regime(w)}).")
    after = abs(float(scalar_gradient(-0.5, 100)))
    half_guess.reveal(
        "a", f"After 100 steps its size is {after:.0e}. The sign changes all the while."
    )

# %% [markdown]
# ### The scalar cases, measured
#
# The claim C14 has two parts: the three cases, and that $w = -1$ is *unspecified*. The rule for
# the first part asks about a thousand random weights on either side of 1, negative ones included.
# For the second part, unspecified would mean that the size of the gradient at $w = -1$ is not
# settled: that it differs from one number of steps to the next.

# %% tags=["experiment"]
if solved("scalar_gradient"):
    experiment.scalar_cases(scalar_gradient).card()

# %% [markdown]
# The three cases hold, for negative weights too. The open one is not open: at $w = -1$ the size is
# exactly 1 at every step and the sign alternates. It is a fourth regime.
#
# ## From one unit to many
#
# In the Elman cell $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$ each factor is a matrix. A small change
# of unit $j$ before the step goes through the weight $W_h[j, i]$ and then through the slope of tanh
# at unit $i$. The slope of tanh can be written with its own value, $\tanh'(z) = 1 - \tanh^2(z)$, so
# the states are all you need:
#
# $$J_t[i, j] = (1 - h_t[i]^2)\; W_h[j, i] .$$
#
# ## Exercise 3: the Jacobian over many steps
#
# Multiply the factors in the right order. Rows count $h_T$, columns $h_0$.


# %% tags=["exercise"] exercise="hidden_jacobian"
def hidden_jacobian(hs, W_h):
    """The derivative of the last state by the state before the first step. (20 minutes, 3 of 3)

    Args:
        hs: (T, U) the states h_1 .. h_T of one sequence in a tanh network; T may be 0.
        W_h: (U, U) recurrent weights, for row vectors: h_t = tanh(... + h_{t-1} W_h + b).

    Returns:
        (U, U): entry [i, j] is the derivative of h_T[i] by h_0[j]. With T = 0 nothing happens to
        the state, and the result is the identity.

    Example:
        hs = [[0.0, 0.5]] and W_h = [[1., 2.], [3., 4.]] give [[1., 3.], [1.5, 3.]].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    J = np.eye(W_h.shape[0])
    for h in hs:
        J = (1 - h[:, None] ** 2) * (W_h.T @ J)
    return J
    ### END SOLUTION


# %% tags=["check"] exercise="hidden_jacobian"
check("hidden_jacobian", hidden_jacobian)

# %% [markdown]
# Is a product of matrices large or small? For one number you ask about $|w|$. For a matrix, what
# counts in the long run is its **spectral radius** $\rho$: the largest size of its eigenvalues. In
# a linear network the product is $W_h^T$ times itself, $T$ times, and its norm goes like $\rho^T$.
#
# Eigenvalues of a matrix that is not symmetric may be complex, $a + bi$. Their size is
# $\sqrt{a^2 + b^2}$. A complex pair turns the state round while it grows or shrinks.
#
# ## Exercise 4: choose the radius
#
# To see what the radius does, you must be able to set it. A matrix times a factor has eigenvalues
# times that factor.


# %% tags=["exercise"] exercise="to_spectral_radius"
def to_spectral_radius(W, radius):
    """W times a positive factor, so that its spectral radius is as given. (12 minutes, 2 of 3)

    Args:
        W: (U, U) a real matrix, in general not symmetric.
        radius: the largest size of an eigenvalue that the result shall have, above 0.

    Returns:
        (U, U) the rescaled matrix, real.

    Raises:
        ValueError: all eigenvalues of W are 0. That holds for the zero matrix, and for others.

    Example:
        W = [[0., -2.], [2., 0.]] has the eigenvalues 2i and -2i. With radius 1 it becomes
        [[0., -1.], [1., 0.]].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    largest = np.abs(np.linalg.eigvals(W)).max()
    if largest == 0:
        raise ValueError("all eigenvalues of W are 0, so no factor gives W another radius")
    return W * (radius / largest)
    ### END SOLUTION


# %% tags=["check"] exercise="to_spectral_radius"
check("to_spectral_radius", to_spectral_radius)

# %% [markdown]
# ### The map
#
# Now draw the map that this chapter is about. We take random matrices of 64 units, set their
# spectral radius from 0.4 to 2.4, run four networks with them, and look at the size of
# $\partial h_T/\partial h_0$ after up to 100 steps. (As the size we take the root mean square of
# the factor by which a random gradient is stretched: the Frobenius norm over $\sqrt{64}$.)
#
# - *linear*: $h_t = h_{t-1} W_h$;
# - **ReLU** with random inputs of standard deviation 1;
# - *tanh, quiet*: the random inputs have standard deviation 0.1;
# - *tanh, loud*: they have standard deviation 1.
#
# *Theory* says where the boundary is. On average, each step multiplies the square of the norm
# with $\chi = \rho^2\,\langle\varphi'^2\rangle$: the radius squared, times the mean square of the
# slope of the activation. The boundary is where $\chi = 1$. A linear unit has slope 1, so $\rho =
# 1$. Half of the ReLU units are off, so $\rho = \sqrt 2$. For tanh the slope depends on how large
# the states are, and they depend on the input: the louder it is, the more the units are
# **saturated**, flat near −1 and 1. Then $\chi$ follows from one integral (Poole and others, 2016).

# %% tags=["experiment"]
boundaries = {name: random_networks.boundary(name) for name in random_networks.NETWORKS}
for name, radius in boundaries.items():
    print(f"Theory, {name}: the boundary is at a spectral radius of {radius:.2f}.")

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    UNITS, RADII, STEPS = 64, experiment.RADII, experiment.STEPS
    landscape = experiment.landscape(hidden_jacobian, to_spectral_radius)

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    gradient_growth.maps(RADII, STEPS, landscape, boundaries)
    plt.show()
    for name, values in landscape.items():
        crossing = RADII[int(np.argmax(values[:, -1] > 0))]
        at_one = values[int(np.argmin(np.abs(RADII - 1.0))), -1]
        print(
            f"{name}: at T = 100 the sign changes by radius ~{crossing:.1f} "
            f"(theory {boundaries[name]:.2f}); at radius 1 the size is 10 to the ~{at_one:.1f}."
        )

# %% [markdown]
# Read the map from left to right. The colour changes slowly near the boundary and fast away from
# it, and the more steps, the thinner the pale band: there is no radius at which all lengths are
# safe. Read it from panel to panel. The same matrix that explodes in a linear network vanishes in a
# loud tanh network. The solid line lies a little to the right of the dashed one: theory is for
# infinitely many units, and in a matrix of 64 the largest eigenvalue stands out from the rest.
#
# Move the slider: on the left the eigenvalues of one matrix, on the right what theory (dotted) and
# the four networks make of that radius. Where no widgets run you see the picture for radius 1.2.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    shown = np.random.default_rng(0).standard_normal((UNITS, UNITS))

    def at_radius(radius):
        """The eigenvalues, and the gradient's size over the number of steps."""
        eigenvalues = np.linalg.eigvals(np.asarray(to_spectral_radius(shown, radius)))
        k = int(np.argmin(np.abs(RADII - radius)))
        measured = {name: values[k] for name, values in landscape.items()}
        theory = {name: random_networks.decades(name, radius) for name in landscape}
        return gradient_growth.one_radius(radius, eigenvalues, STEPS, measured, theory)

    radii = [float(radius) for radius in RADII]
    slider(at_radius, radii, start=1.2, label="spectral radius of W_h")
    for name, values in landscape.items():
        print(f"radius 1.2, T = 100, {name}: 10 to the ~{values[radii.index(1.2), -1]:.1f}.")

# %% [markdown]
# ### Does a bounded activation stop growth?
#
# It is often said that tanh keeps a network from blowing up (C11). No state can leave the interval
# from −1 to 1, so for the *states* it must be true. We ask about the *gradients* as well: at radius
# 2.5, with a quiet input, over 100 steps. The rule wants both: no state leaves the interval, and
# the gradient is not larger than at the start. The control is the linear network with the same
# radius, which must grow in both.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    experiment.bounded(hidden_jacobian, to_spectral_radius).card()

# %% [markdown]
# The states stop growing, the gradients only grow more slowly. A network whose states look
# perfectly calm can still be one in which a change of the first input turns everything over.
#
# ### Are early inputs forgotten?
#
# The lectures say yes: between an early input and the last state stand $T$ products by the
# recurrent weights, called $U$ there (C13). The effect of the input $k$ steps ago is
# $\partial h_T/\partial x_{T-k} = J_T \cdots J_{T-k+1}\; \mathrm{diag}(1 - h_{T-k}^2)\, W_x^T$. We
# compare it with the effect of the latest input, in three tanh networks and, as a **control**, in a
# linear one whose weights only turn the state (an orthogonal matrix, all eigenvalues of size 1).
#
# The rule asks three things. Is the effect gone after 50 steps? Does it go by a product, so that
# 100 steps cost about twice as many decades as 50? And is it also gone in a network with a large
# radius and a quiet input? If *early inputs are forgotten* is a law of recurrent networks, it has
# to be.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    reach = experiment.reach(hidden_jacobian, to_spectral_radius)
    gradient_growth.over_lags(experiment.LAGS, reach)
    plt.show()
    for name, values in reach.items():
        middle = values[:, 10].mean().round(1) + 0.0
        print(f"{name}: an input 50 steps ago counts 10 to the ~{middle}.")

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    experiment.forgotten(reach).card()

# %% [markdown]
# The product does what the lectures say it does: at radius 1 with ordinary inputs, each further
# step takes the same number of decades. But the same product can go the other way. Forgetting is
# what happens left of the boundary.
#
# ## Exercise 5: start near the boundary
#
# Nobody rescales the radius of every matrix by hand. The usual remedy is in the initial weights: if
# each of the $n$ inputs of a unit has variance 1, and each weight has the variance $1/n$, then
# their sum has variance 1 again. The lectures call it **Xavier initialisation**, after Xavier
# Glorot, $W \sim \mathcal N(0, 1/n)$ with $n$ = fan-in, the number of inputs. (Glorot and Bengio
# themselves used $2/(n_\mathrm{in} + n_\mathrm{out})$, which weighs the backward pass as much as
# the forward one. Keras's `GlorotUniform` is that form.) A large square matrix of this kind has a
# spectral radius near 1.


# %% tags=["exercise"] exercise="xavier"
def xavier(rng, fan_in, fan_out):
    """Random weights from a normal distribution of variance 1/fan_in. (6 minutes, difficulty 1)

    Args:
        rng: a numpy.random.Generator; every random number comes from it.
        fan_in: the number of inputs.
        fan_out: the number of outputs.

    Returns:
        (fan_in, fan_out) independent normal numbers with mean 0 and variance 1/fan_in.

    Example:
        xavier(np.random.default_rng(0), 400, 100).std() is close to 0.05.
    """
    ### BEGIN SOLUTION
    return rng.normal(0.0, 1 / np.sqrt(fan_in), size=(fan_in, fan_out))
    ### END SOLUTION


# %% tags=["check"] exercise="xavier"
check("xavier", xavier)

# %% tags=["experiment"]
if solved("xavier", "hidden_jacobian"):
    initial = {
        "Xavier, N(0, 1/n)": lambda rng: xavier(rng, 64, 64),
        "small, N(0, 0.01²)": lambda rng: 0.01 * rng.standard_normal((64, 64)),
        "unscaled, N(0, 1)": lambda rng: rng.standard_normal((64, 64)),
    }
    drives = experiment.drives(hidden_jacobian, initial)
    gradient_growth.over_drives(experiment.DRIVES, drives)
    plt.show()
    for name, values in drives.items():
        means = zip(experiment.DRIVES, values.mean(axis=0))
        print(f"{name}: {', '.join(f'input {drive}: ~{mean:.1f}' for drive, mean in means)}.")

# %% [markdown]
# The drive has to be said. Without input the gradient over 100 steps keeps about its size. With
# inputs of standard deviation 1, for which the rule was made, it is smaller by nineteen decades or
# so: the inputs push the units into the flat part of tanh, and the rule knows nothing of the slope.
#
# ## Exercise 6: clip
#
# Against the other end of the map there is a simple remedy. Treat all gradients of the network as
# one long vector $g$. Where its norm is above a threshold $v$, shorten it (Pascanu, Mikolov and
# Bengio, 2013):
#
# $$g \leftarrow \frac{v}{\lVert g \rVert}\, g \quad\text{if } \lVert g \rVert > v, \qquad
# \lVert g \rVert = \sqrt{\textstyle\sum_k \lVert g_k \rVert^2} .$$
#
# The direction stays: the step down the hill is only shorter.


# %% tags=["exercise"] exercise="clip_by_global_norm"
def clip_by_global_norm(gradients, max_norm):
    """Scale all gradients by one factor if their joint norm is too large. (15 minutes, 2 of 3)

    Args:
        gradients: a list of arrays of any shapes, one for each weight of a network.
        max_norm: v, above 0; a ValueError that names `max_norm` otherwise.

    Returns:
        (a list of arrays of the same shapes, the norm of all gradients together before clipping).
        Where the norm is not above max_norm the gradients are as they were.

    Example:
        gradients = [[3.0], [[4.0]]] (as arrays) have the norm 5. With max_norm = 1 they become
        [[0.6], [[0.8]]]; with max_norm = 10 they stay.

    By hand: NumPy's norm is welcome. tf.clip_by_global_norm, tf.clip_by_norm, tf.linalg.global_norm
    and the helpers of optimisers are not.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if max_norm <= 0:
        raise ValueError(f"max_norm must be above 0, got {max_norm}")
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    if norm > max_norm:
        gradients = [g * (max_norm / norm) for g in gradients]
    return gradients, norm
    ### END SOLUTION


# %% tags=["check"] exercise="clip_by_global_norm"
check("clip_by_global_norm", clip_by_global_norm)

# %% [markdown]
# ## The experiment: what it costs in training
#
# The **copy task**, in its smallest form: the first input is +1 or −1, then comes noise of standard
# deviation 0.3, and after $T$ steps the network has to say what the first input was. The naive
# baseline is to say 0 always. Its mean squared error is 1. A network that has learned nothing does
# no better, and one that has learned the task comes close to 0.
#
# We train Elman networks of 24 units by plain gradient descent (200 updates, rate 0.1, 24 sequences
# each) from three kinds of initial recurrent weights: radius 0.5, Xavier, and radius 2.5. There are
# eight of each kind, with and without clipping at $v = 1$. All networks of one length run side by
# side in one TensorFlow graph; they never see each other.

# %% tags=["predict"]
cure_guess = predict(
    "cure",
    "Clipping is switched on. Which networks does it help over 20 steps?",
    {
        "a": "those whose gradients vanish and those whose gradients explode",
        "b": "only those whose gradients explode",
        "c": "only those whose gradients vanish",
    },
    choice=None,
)

# %% tags=["experiment"]
SMALL, UPDATES, RATE = 24, 200, 0.1


def answer(weights, xs):
    """What S Elman networks say after the last step: xs (B, T) → (S, B, 1)."""
    W_x, W_h, b, W_y = weights  # (S, 1, U), (S, U, U), (S, 1, U), (S, U, 1)
    h = tf.zeros((W_h.shape[0], xs.shape[0], W_h.shape[-1]))
    for t in range(xs.shape[1]):
        h = tf.tanh(xs[:, t, None] * W_x + h @ W_h + b)
    return h @ W_y


losses_and_gradients = copy_task.compiled(answer)  # of S networks at once


def train(W_h, steps, max_norms, seed=0):
    """Train S networks by gradient descent: losses and norms, each (updates, S).

    `max_norms` has one threshold for each network; None where nothing is clipped.
    """
    rng = np.random.default_rng(seed)
    weights = copy_task.elman_weights(np.asarray(W_h), rng)
    losses, sizes = [], []
    for _ in range(UPDATES):
        xs, targets = copy_task.draw(rng, steps)
        loss, found = copy_task.evaluate(losses_and_gradients, weights, xs, targets)
        losses.append(loss)
        sizes.append([])
        for s, max_norm in enumerate(max_norms):
            mine = [g[s] for g in found]
            shortened, norm = clip_by_global_norm(mine, max_norm or 1.0)
            sizes[-1].append(float(norm))
            for w, g in zip(weights, mine if max_norm is None else shortened):
                w[s] -= RATE * np.asarray(g)
    return np.array(losses), np.array(sizes)


# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    TIMES, SEEDS = [5, 10, 20, 40], 8

    def normal(seed):
        return np.random.default_rng(100 + seed).standard_normal((SMALL, SMALL))

    STARTS = {
        "radius 0.5": lambda seed: to_spectral_radius(normal(seed), 0.5),
        "Xavier": lambda seed: xavier(np.random.default_rng(seed), SMALL, SMALL),
        "radius 2.5": lambda seed: to_spectral_radius(normal(seed), 2.5),
    }
    group = np.stack([np.asarray(make(s)) for make in STARTS.values() for s in range(SEEDS)])
    everyone = np.concatenate([group, group])  # the second half is clipped
    thresholds = [None] * len(group) + [1.0] * len(group)
    outcome, largest = {}, {}
    with np.errstate(all="ignore"):
        for T in progress(TIMES, "four lengths"):
            losses, sizes = train(everyone, T, thresholds)
            shape = (2, len(STARTS), SEEDS)  # clipped or not, start, seed
            outcome[T] = copy_task.final_error(losses).reshape(shape)
            largest[T] = np.nan_to_num(sizes, nan=1e30, posinf=1e30).max(axis=0).reshape(shape)

# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    clipping.errors(outcome, list(STARTS))
    plt.show()
    for half, words in enumerate(("not clipped", "clipped")):
        for k, name in enumerate(STARTS):
            row = ", ".join(f"T = {T}: ~{outcome[T][half, k].mean():.2f}" for T in TIMES)
            print(f"{name}, {words}: {row}.")
    print("An error of 2 stands for a network that blew up; the baseline's is 1.")
    helped = [
        bool(outcome[20][1, k].mean() < 0.5 < outcome[20][0, k].mean()) for k in (0, 2)
    ]  # radius 0.5, radius 2.5
    letter = {(True, True): "a", (False, True): "b", (True, False): "c"}.get(tuple(helped), "b")
    cure_guess.reveal(
        letter,
        f"Clipped at T = 20: radius 0.5 ends at ~{outcome[20][1, 0].mean():.2f}, "
        f"radius 2.5 at ~{outcome[20][1, 2].mean():.2f} of the baseline.",
    )

# %% [markdown]
# Clipped, only the networks whose gradients vanish stay at the baseline, but for a few at $T = 40$.
# A good start alone is no protection: without clipping the Xavier networks blow up at $T = 20$
# while they learn.
#
# ### Three cards from one experiment
#
# *Clipping cures explosion* (C23): networks of radius 2.5 over 20 steps have to learn with it and
# blow up without it. We also report, without a rule, how large the gradients were before clipping.
# **Clipping does not cure vanishing** (C24): networks of radius 0.5 over 20 steps must stay at the
# baseline, although clipping is on; the same clipping on Xavier networks must let them learn, or it
# would be the clipping that prevents it. *Xavier helps* (C25): it must let networks learn that
# small weights keep from learning; and, if it is to be the remedy, it must keep the gradient's size
# over 100 steps within three decades, without input and with inputs of standard deviation 1.

# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    experiment.clipping_cures(outcome, largest).card()
    experiment.clipping_does_not_cure(outcome).card()

# %% tags=["experiment"]
if solved("xavier", "hidden_jacobian", "to_spectral_radius", "clip_by_global_norm"):
    tiny = np.stack(
        [0.01 * np.random.default_rng(s).standard_normal((SMALL, SMALL)) for s in range(SEEDS)]
    )
    tiny_errors = copy_task.final_error(train(tiny, 20, [1.0] * SEEDS)[0])
    experiment.xavier_helps(outcome, drives["Xavier, N(0, 1/n)"], tiny_errors).card()

# %% [markdown]
# ### Slow and unstable, the more the longer?
#
# Two things are claimed at once (C9). *Slow*: one update takes longer, the longer the sequence,
# because step $t$ cannot begin before step $t - 1$ is done. *Unstable*: training fails more often.
# We compare $T = 5$ with $T = 40$, for Xavier networks without clipping. The rule wants an update
# that takes more than twice as long, and at least a quarter more of the networks that do not learn.
# The **control** is a dense layer of the same 24 tanh units that sees the whole sequence at once.

# %% tags=["experiment"]
if solved("xavier", "clip_by_global_norm"):
    many = np.stack(
        [np.asarray(xavier(np.random.default_rng(200 + s), SMALL, SMALL)) for s in range(40)]
    )
    compared = two_lengths(train, losses_and_gradients, many, UPDATES, RATE)  # T = 5 and T = 40
    experiment.slow_and_unstable(compared).card()

# %% [markdown]
# The dense network has eight times the weights at $T = 40$ and could not read a sequence of 41
# numbers at all. That is its price. Here it is only the proof that the task itself is no harder.
#
# ## Repair
#
# This function is taken into a training script with the words *we clip the gradient norm at 1*. It
# runs, and training is stable. Yet the update does not point down the gradient. Run the cells, look
# at the angle between the two, find out in Keras's documentation what the argument does, and mend
# the function until the angle is zero.


# %% tags=["repair"]
def optimizer_to_repair():
    """Gradient descent that clips the gradient of the network at norm 1."""
    return keras.optimizers.SGD(learning_rate=1.0, clipnorm=1.0)


# %% tags=["experiment"]
if solved("clip_by_global_norm"):
    keras.utils.set_random_seed(6)
    model = keras.Sequential(
        [keras.Input((10, 1)), keras.layers.SimpleRNN(8), keras.layers.Dense(1)]
    )
    xs, targets = copy_task.draw(np.random.default_rng(0), 10)
    with tf.GradientTape() as tape:
        error = tf.reduce_mean((model(xs[..., None]) - 20 * targets) ** 2)
    raw = tape.gradient(error, [w.value for w in model.trainable_weights])
    before = [w.numpy().copy() for w in model.trainable_weights]
    optimizer_to_repair().apply(raw, model.trainable_weights)
    moved = [b - w.numpy() for b, w in zip(before, model.trainable_weights)]
    wanted, norm = clip_by_global_norm([np.asarray(g, dtype="float64") for g in raw], 1.0)

    def flat(arrays):
        return np.concatenate([np.ravel(np.asarray(a, dtype="float64")) for a in arrays])

    update, truth = flat(moved), flat(wanted)
    cosine = update @ truth / np.linalg.norm(update) / np.linalg.norm(truth)
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    names = [w.path.split("/", 1)[1] for w in model.trainable_weights]
    agree = bool(np.linalg.norm(update - truth) < 1e-3)
    clipping.updates(wanted, moved, names, agree)
    plt.show()
    size = np.linalg.norm(update)
    print(f"The gradient's norm is ~{float(norm):.0f}; the update's is ~{size:.2f}.")
    print(f"Angle between the update and the gradient: ~{angle:.1f} degrees.")
    print("Mended." if agree else "Not mended yet: the update should be the formula's.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# In Keras `clipnorm` clips the gradient of *each weight array* on its own. Five arrays then have
# five factors, the direction changes, and the norm of the whole may be up to $\sqrt 5$ times the
# threshold. The lectures' formula, and yours, is `global_clipnorm`.
#
# </details>
#
# ## What we measured
#
# - One weight has four regimes. Size decides, not sign; $w = -1$ is not open, it alternates (C14).
# - Over many steps the gradient is a product, and the map of radius and length has a boundary that
#   theory puts at 1 for linear networks, at $\sqrt 2$ for ReLU, and for tanh further right the
#   louder the input.
# - A bounded activation bounds the states, not the gradients (C11).
# - Early inputs are forgotten left of the boundary; right of it they drown out the others (C13).
# - Xavier puts a network near the boundary and lets it learn what small weights cannot. With loud
#   inputs it still loses about nineteen decades in 100 steps (C25).
# - Clipping let the networks learn that had blown up without it (C23), though on the way they met
#   gradients of many times the threshold. It did nothing for those whose gradients vanish (C24): a
#   factor that only shortens cannot bring back what is not there.
# - Longer sequences cost more time and fail more often (C9).
#
# What does help against vanishing is another architecture: paths on which nothing is multiplied.
# Chapter 8 skips steps, chapter 9 adds a memory with gates.
#
# ## Remember
#
# <details><summary>Why do gradients vanish or explode?</summary>
# Because the derivative over T steps is a product of T factors. A product of many factors below 1
# is tiny, one of many factors above 1 is huge.
# </details>
#
# <details><summary>What is the spectral radius?</summary>
# The largest size of an eigenvalue. In a linear network the gradient's norm goes like its T-th
# power.
# </details>
#
# <details><summary>What does tanh do to the gradient?</summary>
# It multiplies each factor with a slope between 0 and 1. Saturated units have a slope near 0.
# </details>
#
# <details><summary>Does tanh prevent exploding gradients?</summary>
# It bounds the states. With a large radius and a quiet input the gradients grow all the same.
# </details>
#
# <details><summary>What does clipping keep, and what does it change?</summary>
# It keeps the direction of the whole gradient and shortens it to the norm v. It changes nothing
# where the norm is below v.
# </details>
#
# <details><summary>Why can clipping not cure vanishing?</summary>
# It only ever shortens. The share of the gradient that comes from early steps stays as small as it
# is.
# </details>
#
# <details><summary>Which Keras argument is the lectures' clipping?</summary>
# global_clipnorm. clipnorm treats each weight array on its own.
# </details>
#
# ## Read more
#
# - S. Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, diploma thesis, Munich, 1991.
# - Y. Bengio, P. Simard, P. Frasconi, *Learning long-term dependencies with gradient descent is
#   difficult*, IEEE Transactions on Neural Networks, 1994.
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS, 2010.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*,
#   ICML, 2013.
# - B. Poole and others, *Exponential expressivity in deep neural networks through transient chaos*,
#   NeurIPS, 2016: where the boundary comes from.

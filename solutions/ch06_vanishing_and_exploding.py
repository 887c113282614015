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
# After this chapter you can say from a recurrent network's weights and its inputs whether it will
# forget its past, keep it or be torn apart by it, and you know what clipping and the choice of the
# first weights mend and what they leave as it was.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.claims import about
from course_utils.start import start

start(seed=6)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf

from course_utils.experiments import ch06_vanishing_and_exploding as experiment
from course_utils.plots import clipping, gradient_growth, gradients, matrices
from course_utils.plots.cliff import cliff
from course_utils.plots.interactive import slider
from course_utils.plots.training_gradients import while_learning
from course_utils.progress import progress
from course_utils.recurrent import copy_arms, copy_task, random_networks
from course_utils.recurrent.cliff import descend, loss_and_gradient
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
# The size of $w$ decides, not its sign. At $w = -1$, which the lectures leave open, the size stays
# exactly 1 and the sign alternates: a fourth regime. So far this is arithmetic, $|w^T| = |w|^T$,
# and nothing has been measured. Whether a real unit, with an activation and inputs, obeys the three
# cases is another question. It needs the derivative of such a unit, which comes next.
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
# ### One unit, with tanh and an input
#
# Now put the three cases to the test. One unit $h_t = \tanh(w\,h_{t-1} + x_t)$ runs for 100 steps
# with each of 41 weights: without input, with random inputs of standard deviation 0.1, and with
# louder ones of standard deviation 1. A network of one unit is a network: your `hidden_jacobian`
# gives its derivative. The rule asks for the three cases with the input of 0.1. The control is the
# unit without tanh.

# %% tags=["experiment"]
if solved("scalar_gradient", "hidden_jacobian"):
    units = experiment.one_unit(scalar_gradient, hidden_jacobian)
    matrices.one_unit(experiment.WEIGHTS, units)
    plt.show()
    for name, values in units.items():
        at = {w: values[:, w == experiment.WEIGHTS].mean() + 0.0 for w in (-1, 1, 1.5)}
        words = ", ".join(f"w = {w}: {about(each, '.1f')}" for w, each in at.items())
        print(f"{name}, log10 of the size at {words}.")

# %% tags=["experiment"]
if solved("scalar_gradient", "hidden_jacobian"):
    experiment.scalar_cases(units).card()

# %% [markdown]
# A weight below 1 in size makes the gradient vanish, with tanh as without. The other two cases are
# lost. With $w = 1.5$ the state leaves 0 and goes to where $\tanh$ is flat, and there the factor
# $w\,(1 - h^2)$ is below 1. To explode, the unit would have to stay balanced near $h = 0$, like the
# pendulum on its tip, and any input pushes it off. For a few steps it can stay there all the same;
# the cliff further down is made of such moments. And with an input, $|w| = 1$ does not keep the
# gradient's size either: the slope is below 1 whenever $h$ is not 0.
#
# Two units and more can do what one cannot: without input, wander for ever and never repeat (one
# unit comes to rest or flips its sign). Then gradients can grow for good.
#
# ### Many units: eigenvalues and singular values
#
# Is a product of matrices large or small? For one number you ask about $|w|$. For a matrix, what
# counts in the long run is its **spectral radius** $\rho$: the largest size of its eigenvalues. In
# a linear network the product is $W_h^T$ times itself, $T$ times, and its norm goes like $\rho^T$
# when $T$ is large.
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
# What a *single* step can do is not said by the eigenvalues. The most that $W_h$ can stretch any
# vector is its largest **singular value**. (A matrix turns the unit ball into an ellipsoid; the
# singular values are its half axes.) It is never below the radius. If it is below 1, every step
# shrinks every gradient. If only the radius is below 1, a linear network's gradients vanish in the
# end, but they may grow first: **transient growth**. Here are three matrices of 64 units, all with
# radius 0.8,
# over 150 steps. An orthogonal matrix has equal singular values. In the last one, chains of eight
# units hand their state on from each unit to the next, each unit with the weight 0.8 on itself and
# 0.5 on the next.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    powers = experiment.same_radius(hidden_jacobian, to_spectral_radius, 0.8, 150)
    matrices.same_radius(0.8, powers)
    plt.show()
    for name, found in powers.items():
        largest, peak = found.singular[0], int(np.argmax(found.norms))
        print(
            f"{name}: largest singular value ~{largest:.2f}; most stretched at step "
            f"{peak + 1}, ~{10 ** found.norms[peak]:.2f}-fold; log10 at the end: "
            f"{about(found.norms[-1], '.1f')}."
        )

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
# with $\chi = g^2\,\langle\varphi'^2\rangle$: the variance of a weight times the number of units,
# $g^2$, times the mean square of the slope of the activation. The boundary is where $\chi = 1$. In
# an infinitely large random matrix $g$ *is* the spectral radius. A linear unit has slope 1, so
# $\rho = 1$. Half of the ReLU units are off, so $\rho = \sqrt 2$. For tanh the slope depends on how
# large the states are, and they depend on the input: the louder it is, the more the units are
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
    measured = {
        name: experiment.crossing(RADII, values[:, -1]) for name, values in landscape.items()
    }
    gradient_growth.maps(RADII, STEPS, landscape, boundaries, measured)
    plt.show()
    for name, values in landscape.items():
        at_one = values[int(np.argmin(np.abs(RADII - 1.0))), -1]
        print(
            f"{name}: size kept at radius ~{measured[name]:.2f} (theory {boundaries[name]:.2f}); "
            f"its log10 at radius 1: {about(at_one, '.1f')}."
        )
    by_gain = experiment.gain_crossing(hidden_jacobian, UNITS)
    print(f"tanh, loud: by g instead of the radius, the size is kept at ~{by_gain:.2f}.")

# %% [markdown]
# Read the map from left to right. The colour changes slowly near the boundary and fast away from
# it. With more steps the pale band gets thinner, so that for long sequences few radii are left that
# keep the size. Read it from panel to panel. At radius 1.5 the gradient explodes in a linear
# network and vanishes in a loud tanh network: the weights alone do not decide.
#
# The dashed line is theory, the solid one what was measured, and for a loud tanh network they stand
# apart. Theory is for infinitely many units and speaks of $g$. In a random matrix of 64 units the
# largest eigenvalue stands out from the rest, so that the radius is above $g$. If the same networks
# are sorted by $g$ instead, the measured boundary lies close to theory's (last line above).
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
        last = about(values[radii.index(1.2), -1], ".1f")
        print(f"radius 1.2, T = 100, {name}: log10 of the size {last}.")

# %% [markdown]
# ### Does a bounded activation stop growth?
#
# It is often said that tanh keeps a network from blowing up. No state can leave the interval
# from −1 to 1; for the *states* that needs no measurement. We ask about the *gradients*, at radius
# 1.8 over 100 steps, with loud inputs and with quiet ones. The rule wants both to be no larger than
# at the start. The control is the linear network with the same matrices.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    stops = experiment.bounded(hidden_jacobian, to_spectral_radius)
    stops.card(short=True)
    for name, interval in stops.intervals.items():
        print(f"{name}: log10 {about(interval.mean, '.1f')}.")
    linear = stops.interval("gradient, linear", control=True).mean
    print(f"gradient, without tanh: log10 {about(linear, '.0f')}.")

# %% [markdown]
# tanh takes many decades off the growth. Where the input is loud that is enough at this radius (the
# map shows where it is not); where it is quiet the gradient grows. All states stay between −1 and
# 1, and yet a small change of the first state has grown more than 1,000-fold after 100 steps.
#
# ### Are early inputs forgotten?
#
# The lectures say yes: between an early input and the last state stand $T$ products by the
# recurrent weights, called $U$ there. The effect of the input $k$ steps ago is
# $\partial h_T/\partial x_{T-k} = J_T \cdots J_{T-k+1}\; \mathrm{diag}(1 - h_{T-k}^2)\, W_x^T$. We
# compare it with the effect of the latest input, in four tanh networks and in a linear one whose
# weights only turn the state (an orthogonal matrix, all singular values 1).
#
# The rule asks three things. Is the effect gone after 50 steps? Does it go by a product, so that
# 100 steps cost about twice as many decades as 50? And is it also gone in a network with a large
# radius and a quiet input? If *early inputs are forgotten* is a law of recurrent networks, it has
# to be. The **control** is an orthogonal tanh network with an input of 0.03: it should remember.

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    reach = experiment.reach(hidden_jacobian, to_spectral_radius)
    gradient_growth.over_lags(experiment.LAGS, reach)
    plt.show()
    for name, values in reach.items():
        middle = about(values[:, 10].mean(), ".1f")
        print(f"{name}, log10 of an input's effect after 50 steps: {middle}.")

# %% tags=["experiment"]
if solved("hidden_jacobian", "to_spectral_radius"):
    experiment.forgotten(reach).card(short=True)

# %% [markdown]
# With ordinary inputs the product does what the lectures say: each further step takes the same
# number of decades, and orthogonal weights hardly help, because it is the slope of tanh that takes
# them. With small inputs an orthogonal network remembers for long. With a large radius the same
# product goes the other way. (That is no good memory: such a network is just as sensitive to every
# disturbance.) Forgetting is what happens left of the boundary.
#
# ## Exercise 5: start near the boundary
#
# Nobody rescales the radius of every matrix by hand. The usual remedy is in the initial weights: if
# each of the $n$ inputs of a unit has variance 1, and each weight has the variance $1/n$, then
# their sum has variance 1 again. The lectures call it **Xavier initialisation**, after Xavier
# Glorot, $W \sim \mathcal N(0, 1/n)$ with $n$ = fan-in, the number of inputs. (Glorot and Bengio
# themselves used $2/(n_\mathrm{in} + n_\mathrm{out})$, which weighs the backward pass as much as
# the forward one. Keras's `GlorotUniform` is that form.) A large square matrix of this kind has a
# spectral radius near 1, and a
# largest singular value near 2.


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

# %% [markdown]
# ### Three starts and the drive
#
# Keras starts its recurrent layers with another matrix: a random *orthogonal* one
# (**orthogonal initialisation**, Saxe and others, 2014). All its singular values are 1, so a step
# without slopes keeps every gradient's length, not only the average. A third start is the
# *identity*: each unit begins as its own memory (Le, Jaitly and Hinton, 2015, with ReLU). We run
# each, and unscaled and small weights, with inputs from silent to loud. The norm is now the largest
# stretch (the largest singular value), not the root mean square as in the map.

# %% tags=["experiment"]
if solved("xavier", "hidden_jacobian"):
    initial = {
        "Xavier, N(0, 1/n)": lambda rng: xavier(rng, 64, 64),
        "orthogonal": lambda rng: np.linalg.qr(rng.standard_normal((64, 64)))[0],
        "identity": lambda rng: np.eye(64),
        "unscaled, N(0, 1)": lambda rng: rng.standard_normal((64, 64)),
        "small, N(0, 0.01²)": lambda rng: 0.01 * rng.standard_normal((64, 64)),
    }
    drives = experiment.drives(hidden_jacobian, initial)
    gradient_growth.over_drives(experiment.DRIVES, drives)
    plt.show()
    print(f"log10 of the norm for inputs of {', '.join(map(str, experiment.DRIVES))}:")
    for name, values in drives.items():
        print(f"{name}: {', '.join(about(mean, '.1f') for mean in values.mean(axis=0))}.")

# %% [markdown]
# Without input Xavier, orthogonal and identity weights keep the gradient's size, and small ones
# lose a decade at every step. With inputs of standard deviation 1, for which Xavier's rule was
# made, all three lose it: the inputs push the units into the flat part of tanh, and no rule about
# weights knows of the slope. The identity loses most. Its units add up all inputs they have seen,
# so they wander off into the flat part and stay there.
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
# ### The cliff
#
# Why would one long step do harm? Look at a loss from above. One unit,
# $h \leftarrow \tanh(w h + b)$, runs for 50 steps from $h = 0.5$ and should end at 0.5. With a
# large $w$ it ends near 1 or near −1, and a hair's breadth of $b$ decides. Where the two meet, the
# loss has a step: a cliff (Pascanu, Mikolov and Bengio, 2013). We go downhill from the star at a
# rate of 0.05, as the gradient says, and with the gradient clipped at 1 by your function.

# %% tags=["experiment"]
if solved("clip_by_global_norm"):
    paths = {
        "not clipped": descend(lambda found: found),
        "clipped at 1": descend(lambda found: clip_by_global_norm(found, 1.0)[0]),
    }
    across, up = np.linspace(0.5, 2.5, 301), np.linspace(-0.7, 0.35, 211)
    losses = loss_and_gradient(*np.meshgrid(across, up))[0]
    thrown = paths["not clipped"].longest
    kept = paths["clipped at 1"].longest
    cliff(across, up, losses, paths, f"Longest update: {thrown:.0f}, and {kept:.2f} if clipped")
    plt.show()
    for name, path in paths.items():
        print(
            f"{name}: largest gradient ~{path.norms.max():.0f}, longest update "
            f"~{path.longest:.2f}, loss ~{path.losses[0]:.2f} at the start, ~{path.losses[-1]:.3f} "
            f"at the end, at w ~{path.places[-1, 0]:.0f}."
        )

# %% [markdown]
# Both walk down to the edge of the cliff and are thrown back and forth there: the gradient is large
# although the floor is near. Unclipped, one update meets a gradient of some hundreds and leaves the
# picture for a place where the unit is saturated, so that no gradient leads back. Clipped, a step
# keeps its direction, and none is longer than the rate times $v$.
#
# ## The experiment: what it costs in training
#
# The **copy task**, in its smallest form: the first input is +1 or −1, then comes noise of standard
# deviation 0.3, and after $T$ steps the network has to say what the first input was. The naive
# baseline is to say 0 always. Its mean squared error is 1. A network that has learned nothing does
# no better. We say that a network has learned if it ends below 0.5.
#
# We train Elman networks of 24 units by plain gradient descent (200 updates, 24 sequences each)
# from six kinds of initial recurrent weights: radius 0.5, small, Xavier, orthogonal, identity and
# radius 2.5. All are treated alike: at each of six learning rates, with and without clipping at
# $v = 1$, six networks of each. All networks of one length run side by side in one TensorFlow
# graph; they never see each other. Every update of a clipped network goes through *your* function.

# %% tags=["predict"]
cure_guess = predict(
    "cure",
    "Clipping is switched on, at a rate of 0.1, over 20 steps. Which networks does it help?",
    {
        "a": "those of radius 0.5 and those of radius 2.5",
        "b": "of these two only those of radius 2.5",
        "c": "of these two only those of radius 0.5",
        "d": "neither",
    },
    choice=None,
)

# %% tags=["experiment"]
SMALL, UPDATES = 24, 200


def answer(weights, xs):
    """What S Elman networks say after the last step: xs (B, T) → (S, B, 1)."""
    W_x, W_h, b, W_y = weights  # (S, 1, U), (S, U, U), (S, 1, U), (S, U, 1)
    h = tf.zeros((W_h.shape[0], xs.shape[0], W_h.shape[-1]))
    for t in range(xs.shape[1]):
        h = tf.tanh(xs[:, t, None] * W_x + h @ W_h + b)
    return h @ W_y


losses_and_gradients = copy_task.compiled(answer)  # of S networks at once


def train(W_h, seeds, steps, rates, max_norms, watch=lambda update, weights: None):
    """Train S networks by gradient descent, clipped where max_norm is a number: losses."""
    rng = np.random.default_rng(steps)
    weights = copy_task.elman_weights(W_h, seeds)
    losses = []
    for update in progress(range(UPDATES), f"{len(seeds)} networks, T = {steps}"):
        watch(update, weights)
        loss, found = copy_task.evaluate(losses_and_gradients, weights, *copy_task.draw(rng, steps))
        losses.append(loss)
        for s, (rate, max_norm) in enumerate(zip(rates, max_norms)):
            mine = [g[s] for g in found]
            if max_norm is not None:
                mine, _ = clip_by_global_norm(mine, max_norm)
            for w, g in zip(weights, mine):
                w[s] -= rate * np.asarray(g)
    return np.array(losses)


# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):

    def normal(seed):
        return np.random.default_rng(100 + seed).standard_normal((SMALL, SMALL))

    STARTS = {
        "radius 0.5": lambda seed: to_spectral_radius(normal(seed), 0.5),
        "small": lambda seed: 0.01 * normal(seed),
        "Xavier": lambda seed: xavier(np.random.default_rng(seed), SMALL, SMALL),
        "orthogonal": lambda seed: np.linalg.qr(normal(seed))[0],
        "identity": lambda seed: np.eye(SMALL),
        "radius 2.5": lambda seed: to_spectral_radius(normal(seed), 2.5),
    }
    outcome = copy_arms.grid(train, STARTS, 20)


# %% tags=["experiment"]
def show_grid(found, steps):
    """The grid as a figure, and where networks of each start learned in numbers."""
    clipping.grid(np.stack(list(found.values())), list(found), copy_arms.RATES, steps)
    plt.show()
    for name, each in found.items():
        best = [copy_task.at_best_rate(half).mean() for half in each]
        print(f"{name}: error at the best rate ~{best[0]:.2f}, clipped ~{best[1]:.2f}.")


if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    show_grid(outcome, 20)
    fast = copy_arms.RATES.index(0.1)
    ends = {name: outcome[name][:, fast].mean(axis=-1) for name in ("radius 0.5", "radius 2.5")}
    helped = tuple(bool(clipped < 0.5 < free) for free, clipped in ends.values())
    letters = {(True, True): "a", (False, True): "b", (True, False): "c", (False, False): "d"}
    words = [
        f"{name} ends at ~{clipped:.2f} of the baseline" for name, (_, clipped) in ends.items()
    ]
    cure_guess.reveal(letters[helped], f"Clipped, at a rate of 0.1: {' and '.join(words)}.")

# %% [markdown]
# In each panel the left column is without clipping and the right one with it; the number says how
# many of six networks learned. Go up a column: the rate grows. Without clipping, every kind of
# network that can learn blows up from some rate on, the well-started ones too. With it they learn
# there. But look at the lower rows: at a small rate the same networks of radius 2.5 learn *without*
# clipping, and better than with it. A clipped update is never longer than the rate times $v$, and
# at a small rate 200 of them do not lead far. So a smaller rate is clipping's simplest rival, and
# clipping moves the rates that work upwards. The first two panels stay at the baseline everywhere.
#
# The same with twice as many steps, for the four starts that can learn:

# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    longer = {name: STARTS[name] for name in ("Xavier", "orthogonal", "identity", "radius 2.5")}
    outcome_40 = copy_arms.grid(train, longer, 40)
    show_grid(outcome_40, 40)

# %% [markdown]
# Over 40 steps fewer networks learn, and it matters more where they start. Those of radius 2.5
# learn at the smallest rates without clipping, and at 0.1 with it. For identity networks a smaller
# rate does not replace clipping: without it at most four of six learn at any rate, with it all six
# at four rates.
#
# ### Three claims on one grid
#
# *Clipping cures explosion*: networks of radius 2.5 have to learn with it at the rate of 0.1
# that blows them up without it; and, if clipping is what they need, it has to gain something over
# the best rate without clipping. *Clipping does not cure vanishing*: networks of radius 0.5
# must stay at the baseline at every rate; the same clipping must let Xavier networks learn, or it
# would be the clipping that prevents it. *Xavier helps*: it must let networks learn where
# small weights learn nothing at any rate; and, if it is to be the remedy, it must keep the
# gradient's size over 100 steps within three decades, without input and with inputs of standard
# deviation 1. The two other starts stand beside it. (The *best* rate of a network is always the one
# that is best for the other five.)

# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    experiment.clipping_cures(outcome).card()
    experiment.clipping_does_not_cure(outcome).card(short=True)

# %% tags=["experiment"]
if solved("xavier", "hidden_jacobian", "to_spectral_radius", "clip_by_global_norm"):
    experiment.xavier_helps(outcome, drives["Xavier, N(0, 1/n)"]).card()

# %% [markdown]
# ### The gradient through time, while it learns
#
# Everything so far was said of *initial* weights. Training changes them. We watch
# $\partial h_T/\partial h_t$ at every fifth update, for networks trained over 20 steps at a rate
# of 0.03, clipped: the mean over six networks of each kind. A row is a number of steps back from
# the end, the top row is the first step.

# %% tags=["experiment"]
if solved("xavier", "hidden_jacobian", "to_spectral_radius", "clip_by_global_norm"):
    watched = {name: STARTS[name] for name in ("radius 0.5", "Xavier", "orthogonal", "radius 2.5")}
    seen = copy_arms.while_learning(train, hidden_jacobian, watched)
    ends = {name: (sizes[0, -1], sizes[-1, -1]) for name, sizes in seen.sizes.items()}
    nearer = sum(abs(last) < abs(first) - 0.5 for first, last in ends.values())
    title = f"Training brings the early gradient nearer to size 1 in {nearer} of {len(ends)} kinds"
    while_learning(seen.updates, seen.sizes, seen.losses, title)
    plt.show()
    for name, (first, last) in ends.items():
        print(
            f"{name}, log10 over 20 steps: before training {about(first, '.1f')}, after it "
            f"{about(last, '.1f')}; the loss ends at ~{seen.losses[name][-20:].mean():.2f}."
        )

# %% [markdown]
# Networks that learn change in different ways: the orthogonal ones open the way to the first step,
# those of radius 2.5 close it a little, and Xavier networks hardly change it. At radius
# 0.5 nothing moves. What the first step could teach arrives there some seven decades too small, so
# the weights are not told to let more through. Clipping changes nothing about that.
#
# ### Slow and unstable, the more the longer?
#
# Two things are claimed at once. *Slow*: one update takes longer, the longer the sequence,
# because step $t$ cannot begin before step $t - 1$ is done. *Unstable*: training fails more often.
# We compare $T = 5$ with $T = 40$, for Xavier networks without clipping, at all six rates. The rule
# wants an update that takes more than twice as long, and fewer rates at which a network learns. The
# **control** is a dense layer of the same 24 tanh units that sees the whole sequence at once.

# %% tags=["experiment"]
if solved("xavier", "to_spectral_radius", "clip_by_global_norm"):
    short = copy_arms.grid(train, {"Xavier": STARTS["Xavier"]}, 5, max_norms=[None])
    recurrent = {5: short["Xavier"][0], 40: outcome_40["Xavier"][0]}
    compared = two_lengths(
        recurrent, losses_and_gradients, STARTS["Xavier"](0), UPDATES, copy_arms.RATES
    )
    experiment.slow_and_unstable(compared).card()
    rival = copy_task.at_best_rate(outcome_40["orthogonal"][0]) < copy_task.LEARNED
    print(f"Orthogonal start, T = 40, best rate: ~{rival.sum()} of {len(rival)} networks learn.")

# %% [markdown]
# Both parts hold for Xavier networks. From an orthogonal start all six networks still learn over
# 40 steps at their best rate (last line), but fewer rates work for them too: compare the unclipped
# columns of the two grids, over 20 and over 40 steps. The dense network has more input
# weights the longer the sequence, and the one for 40 steps could not read 41 numbers at all. Here
# it shows that the task itself is not harder at $T = 40$.
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
# - One linear weight has four regimes. Size decides, not sign; $w = -1$ alternates.
# - One tanh unit has one: its gradient vanishes for $|w| < 1$, and for $|w| > 1$ as well, because
#   it saturates. After 100 steps it had exploded at none of the weights tried. For a while it
#   can grow, where the unit is balanced: the cliff.
# - Over many steps the gradient is a product. The radius says where it ends, singular values how it
#   begins. The boundary is at radius 1 for linear networks, near $\sqrt 2$ for ReLU, and for tanh
#   further right the louder the input: weights alone do not say it.
# - A bounded activation bounds the states. Gradients grow under it if inputs are quiet.
# - Early inputs are forgotten left of the boundary. Right of it (radius 2.5, quiet input) the last
#   state is more sensitive to them than to the latest input.
# - Xavier, orthogonal and identity starts let networks learn over 20 steps what small weights
#   cannot; so does radius 2.5. None of the three keeps the gradient over 100 steps of loud inputs.
# - Clipping let networks of radius 2.5 learn at a rate that blows them up without it. At a smaller
#   rate they learn as well without clipping.
# - Clipping did nothing for networks whose gradients vanish, at any rate: a factor that only
#   shortens cannot bring back what is not there.
# - Longer sequences cost more time, and Xavier networks without clipping fail at more rates.
#
# Another remedy is another architecture: a path on which the state is not multiplied by weights.
# Chapter 9 adds a memory with gates, and measures how far that helps.
#
# ## For those who are fast
#
# No points, and no check.
#
# 1. *The threshold.* Clip at 0.1 and at 10 (`max_norms` of `copy_arms.grid`). Which rates work
#    now? Is there a rule that joins the rate and the threshold? What do 1000 updates do?
# 2. *Two units.* Find, by a random search, weights of two tanh units without input whose gradient
#    explodes for good. Draw their states over time. Why is one unit not enough?
# 3. *Identity and ReLU.* Put ReLU in place of tanh in `answer` and start from the identity. Up to
#    which length does it learn, and at which rates?
#
# ## Remember
#
# <details><summary>Why do gradients vanish or explode?</summary>
# Because the derivative over T steps is a product of T factors. A product of many factors below 1
# is tiny, one of many factors above 1 is huge.
# </details>
#
# <details><summary>What do spectral radius and largest singular value say?</summary>
# The radius, the largest size of an eigenvalue, says how a linear network's gradient goes in the
# long run. The largest singular value says how much one step can stretch it. It may grow first and
# vanish later.
# </details>
#
# <details><summary>Can one tanh unit have an exploding gradient?</summary>
# Not for long. With a large weight it runs into the flat part of tanh, where the factor is small.
# For a while it can, where it is balanced between two ends: that is the cliff.
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
# <details><summary>What is the rival of clipping?</summary>
# A smaller learning rate. Compare both at their best rates before you say that clipping was needed.
# For radius 2.5 it was not; for identity networks over 40 steps it was.
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
# - A. Saxe, J. McClelland, S. Ganguli, *Exact solutions to the nonlinear dynamics of learning in
#   deep linear neural networks*, ICLR, 2014: orthogonal weights.
# - Q. Le, N. Jaitly, G. Hinton, *A simple way to initialize recurrent networks of rectified linear
#   units*, arXiv:1504.00941, 2015: the identity.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*,
#   ICML, 2013.
# - B. Poole and others, *Exponential expressivity in deep neural networks through transient chaos*,
#   NeurIPS, 2016: where the boundary comes from.

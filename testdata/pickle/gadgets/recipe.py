# Callables that run code, load code, open files or connect, all of them used against scanners that deny a list
# of names. None is given anything to work with.
from pickle_asm import *

NAMES = """
    builtins.eval builtins.exec builtins.compile builtins.open builtins.__import__ builtins.globals
    builtins.breakpoint os.system os.popen os.execv os.posix_spawn os.remove os.rename os.putenv
    subprocess.Popen subprocess.run subprocess.getoutput pty.spawn pip.main pip._internal.main
    pip._internal.cli.main.main ensurepip._run_pip venv.create timeit.timeit timeit.main
    runpy.run_path runpy.run_module runpy._run_code pkgutil.resolve_name pydoc.locate
    pydoc.pipepager pydoc.pager importlib.import_module importlib.reload cProfile.run
    cProfile.runctx profile.run profile.Profile trace.Trace bdb.Bdb pdb.run doctest.debug_script
    doctest.testsource code.interact code.InteractiveInterpreter codeop.compile_command
    rlcompleter.Completer uuid._get_command_stdout uuid._popen imaplib.IMAP4_stream
    _osx_support._read_output _osx_support._find_build_tool _aix_support._read_cmd_output
    _pyrepl.pager.pipe_pager _pyrepl.simple_interact.run_multiline_interactive_console
    test.support.script_helper.assert_python_ok test.support.os_helper.rmtree
    idlelib.autocomplete.AutoComplete idlelib.calltip.get_entity idlelib.debugobj.ObjectTreeItem
    idlelib.pyshell.ModifiedInterpreter idlelib.run.Executive idlelib.query.ModuleName
    lib2to3.pgen2.grammar.Grammar lib2to3.pgen2.pgen.ParserGenerator
    lib2to3.pgen2.driver.load_grammar distutils.file_util.write_file distutils.spawn.spawn
    setuptools.sandbox.run_setup ctypes.CDLL ctypes.PyDLL ctypes.util.find_library cffi.FFI
    marshal.loads types.CodeType types.FunctionType pickle.loads pickle._loads shelve.open
    dill.loads cloudpickle.loads joblib.load numpy.load numpy.f2py.crackfortran.getlincoef
    numpy.f2py.crackfortran._eval_length numpy.testing._private.utils.runstring
    numpy.distutils.exec_command.exec_command numpy.core._methods.os pandas.read_pickle pandas.eval
    torch.load torch.hub.load torch.ops.load_library torch.jit.load
    torch.utils.bottleneck.__main__.run_cprofile torch.utils.bottleneck.__main__.run_autograd_prof
    torch.utils.collect_env.run torch.utils._config_module.ConfigModule
    torch.utils._config_module.load_config torch._dynamo.guards.GuardBuilder
    torch._inductor.codecache.compile_file torch.fx.experimental.symbolic_shapes.ShapeEnv
    torch.jit.unsupported_tensor_ops.execWrapper torch.utils.cpp_extension.load_inline
    torch.distributed.rpc.internal._run_function torch.package.PackageImporter
    torch.jit.annotations.parse_type_line logging.FileHandler logging.config.listen
    logging.config.fileConfig webbrowser.open urllib.request.urlopen urllib.request.urlretrieve
    http.client.HTTPConnection socket.socket socket.create_connection ftplib.FTP smtplib.SMTP
    telnetlib.Telnet xmlrpc.client.ServerProxy ssl.get_server_certificate requests.get shutil.rmtree
    shutil.move tempfile.mkstemp zipfile.ZipFile tarfile.open io.open codecs.open
    fileinput.FileInput linecache.getlines sqlite3.connect dbm.open glob.glob
    pathlib.Path.write_text multiprocessing.util.spawnv_passfds multiprocessing.Process
    threading.Thread asyncio.create_subprocess_shell concurrent.futures.ProcessPoolExecutor
    _interpreters.run_string _xxsubinterpreters.run_string signal.signal atexit.register
    gc.get_objects sys.settrace sys._getframe inspect.getattr_static operator.methodcaller.__call__
    site.addsitedir zipimport.zipimporter xml.etree.ElementTree.parse sysconfig._main platform.popen
    antigravity.webbrowser wsgiref.simple_server.make_server cgi.test pstats.Stats mailcap.findmatch
"""
for whole in NAMES.split():
    module, name = whole.rsplit(".", 1)
    if module.rsplit(".", 1)[-1][0].isupper() or module == "operator.methodcaller":
        # A method: protocol 4 takes it apart at the dots.
        module, owner = module.rsplit(".", 1)
        name = owner + "." + name
    save(whole + ".pkl", framed(call4(module, name, "true") + STOP))
